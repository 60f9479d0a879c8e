// Two viewers that show the same part of their diagrams: where one is moved or zoomed, the other follows.
export function link(viewers, isLinked) {
  let follows = false; // the other's own event, not to be answered
  viewers.forEach((viewer, index) => {
    const other = viewers[1 - index];
    viewer.on('canvas.viewbox.changed', ({ viewbox }) => {
      if (follows || !isLinked()) return;
      follows = true;
      const { x, y, width, height } = viewbox;
      other.get('canvas').viewbox({ x, y, width, height });
      follows = false;
    });
  });
}
