// A code as a choice: "case_manager" reads as "case manager".
const WORDS = { prom: 'PROM', sdoh: 'SDOH', pcp_update: 'PCP update', msk: 'MSK', ckm: 'CKM', eckm: 'eCKM', bh: 'BH' };

export function said(value) {
  return { value, label: WORDS[value] ?? value.replaceAll('_', ' ') };
}
