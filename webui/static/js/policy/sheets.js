// CodeMirror's styles within the policy: kept in a sheet that is built, as in a shadow root, never in a <style>.
import { StyleModule as Standard } from 'style-mod';

// For style-mod a root without a head is one that adopts sheets; the document does so, too.
const documentAsRoot = {
  ownerDocument: document,
  get adoptedStyleSheets() { return document.adoptedStyleSheets; },
  set adoptedStyleSheets(sheets) { document.adoptedStyleSheets = sheets; },
};

export class StyleModule extends Standard {
  static mount(root, modules) {
    super.mount(root === document ? documentAsRoot : root, modules);
  }
}
