// The tools beside the canvas: four that move things, and what the engine runs.
import { DRAWABLE, attributes } from './runnable.js';

export default class Palette {
  static $inject = ['palette', 'create', 'elementFactory', 'spaceTool', 'lassoTool', 'handTool', 'globalConnect'];

  constructor(palette, create, elementFactory, spaceTool, lassoTool, handTool, globalConnect) {
    Object.assign(this, { create, elementFactory, spaceTool, lassoTool, handTool, globalConnect });
    palette.registerProvider(this);
  }

  getPaletteEntries() {
    const entries = {
      'hand-tool': tool('hand-tool', 'Move the view (h)', (event) => this.handTool.activateHand(event)),
      'lasso-tool': tool('lasso-tool', 'Select several (l)', (event) => this.lassoTool.activateSelection(event)),
      'space-tool': tool('space-tool', 'Make or take room (s)', (event) => this.spaceTool.activateSelection(event)),
      'connect-tool': tool('connection-multi', 'Connect (c)', (event) => this.globalConnect.start(event)),
      'tools-end': { group: 'tools', separator: true },
    };
    for (const each of DRAWABLE.filter(({ palette }) => palette)) entries[paletteId(each)] = this.entry(each);
    return entries;
  }

  entry(drawable) {
    const begin = (event) => this.create.start(event, this.made(drawable), { hints: { autoSelect: true } });
    const action = { dragstart: begin, click: begin };
    return { group: drawable.palette, className: `bpmn-icon-${drawable.icon}`, title: drawable.words, action };
  }

  // What is put down: a subprocess comes with its start.
  made(drawable) {
    const shape = this.elementFactory.createShape(attributes(drawable));
    if (drawable.type !== 'bpmn:SubProcess') return shape;
    return [shape, this.elementFactory.createShape({ type: 'bpmn:StartEvent', x: 40, y: 82, parent: shape })];
  }
}

export function paletteId(drawable) {
  return `draw.${drawable.icon}`;
}

function tool(icon, title, click) {
  return { group: 'tools', className: `bpmn-icon-${icon}`, title, action: { click } };
}
