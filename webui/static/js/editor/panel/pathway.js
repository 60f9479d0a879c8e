// What a whole diagram is: the title of the pathway, its track, or the tracks in which an event starts it.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { choice, text } from './entries.js';
import { said } from './said.js';

const NONE = 'None: called, or started by an event';

export function pathway(element, { settings, choices }) {
  if (!is(element, 'bpmn:Process') && !is(element, 'bpmn:Participant')) return null;
  if (!settings.owner(element)) return null; // an empty pool
  const field = (name) => ({
    get: (process) => settings.of(process, 'Pathway')?.get(name),
    set: (process, value) => settings.set(process, 'Pathway', { [name]: value }),
  });
  const entries = [
    text('pathway-title', 'Title', { ...field('title'), hint: 'Empty for a diagram that others call.' }),
    choice('track', 'Track', { ...field('track'), options: () => choices.tracks.map(said), none: NONE }),
    text('tracks', 'Started by events in', { ...field('tracks'), hint: `Tracks: ${choices.tracks.join(' ')}.` }),
  ];
  return { id: 'pathway', label: 'The pathway', entries };
}
