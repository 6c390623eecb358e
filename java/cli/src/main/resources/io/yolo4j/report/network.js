(() => {
  'use strict';
  const stage = document.querySelector('.stage');
  const svg = stage.querySelector('svg');
  const down = svg.dataset.direction === 'DOWN';
  const HEADER = +svg.dataset.header, INSET = +svg.dataset.inset, JOG = 14;
  const numbers = (text) => text.match(/-?[\d.]+/g).map(Number);
  const round = (value) => Math.round(value * 100) / 100;

  // Along: where lines lead; across: the other way. Everything below is said in these two.
  const point = (x, y) => down ? { across: x, along: y } : { across: y, along: x };
  const xy = (p) => down ? [p.across, p.along] : [p.along, p.across];

  const child = (element, selector) => element.querySelector(':scope > ' + selector);
  const children = (element, selector) => [...element.querySelectorAll(':scope > ' + selector)];

  // What ELK has placed, read once from the drawing itself.
  const read = (element, parent) => {
    const [width, height] = numbers(element.dataset.size);
    const drawing = { element, parent, width, height };
    drawing.boxes = children(element, '.box').map((g) => readBox(g, drawing));
    drawing.wires = children(element, '.wire').map((g) => readWire(g, drawing.boxes));
    drawing.bands = children(element, '.band').map(readBand);
    return drawing;
  };
  const readBox = (g, drawing) => {
    const [x, y] = numbers(g.getAttribute('transform'));
    const frame = child(g, '.frame');
    const box = { g, x, y, frame, drawing, width: +frame.getAttribute('width'), height: +frame.getAttribute('height'), open: false };
    box.texts = children(g, 'text').map((text) => ({ text, fromMiddle: +text.getAttribute('x') - box.width / 2, y: +text.getAttribute('y') }));
    const inside = child(g, '.inside');
    if (inside) box.inside = read(child(inside, '.drawing'), box);
    return box;
  };
  const readBand = (rect) => {
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => +rect.getAttribute(name));
    const text = rect.nextElementSibling;
    return { rect, x, y, width, height, text, name: down ? text.getAttribute('y') - y : text.getAttribute('x') - x };
  };
  const readWire = (g, boxes) => {
    const path = child(g, 'path');
    const flat = numbers(path.getAttribute('d'));
    const points = [];
    for (let i = 0; i < flat.length; i += 2) points.push(point(flat[i], flat[i + 1]));
    const [source, target] = numbers(g.dataset.ends).map((i) => boxes[i]);
    const label = child(g, 'text');
    const [x, y] = xy(points[points.length - 1]);
    return { path, points, source, target, label, dx: label && label.getAttribute('x') - x, dy: label && label.getAttribute('y') - y };
  };

  // A map of coordinates that keeps their order and makes room: each demand says that from one coordinate
  // on, everything lies at least so much farther than what is at another. The least such map is a longest path.
  const stretch = (coordinates, demands) => {
    const points = [...new Set(coordinates)].sort((a, b) => a - b);
    const moved = new Map();
    let least = 0;
    for (const p of points) {
      for (const demand of demands) {
        const reached = demand.open ? p > demand.at : p >= demand.at;
        if (reached) least = Math.max(least, moved.get(demand.from) + demand.room);
      }
      moved.set(p, least);
    }
    return (p) => p + moved.get(p);
  };

  const middle = (box) => down ? box.x + box.width / 2 : box.y + box.height / 2;
  const start = (box) => down ? box.y : box.x;
  const length = (box) => down ? box.height : box.width;
  const breadth = (box) => down ? box.width : box.height;

  const arrange = (drawing) => {
    for (const box of drawing.boxes) {
      box.newWidth = box.width;
      box.newHeight = box.height;
      if (box.open) {
        arrange(box.inside);
        box.newWidth = Math.max(box.width, box.inside.newWidth + 2 * INSET);
        box.newHeight = HEADER + box.inside.newHeight + INSET;
      }
    }
    const across = [0, down ? drawing.width : drawing.height];
    const along = [0, down ? drawing.height : drawing.width];
    const outwards = [], onwards = [];
    for (const box of drawing.boxes) {
      const centre = middle(box), half = breadth(box) / 2;
      across.push(centre, centre - half, centre + half);
      along.push(start(box), start(box) + length(box));
      if (!box.open) continue;
      const wider = ((down ? box.newWidth : box.newHeight) - breadth(box)) / 2;
      outwards.push({ at: centre - half, from: centre - half, room: wider, open: true });
      outwards.push({ at: centre + half, from: centre, room: wider });
      const longer = (down ? box.newHeight : box.newWidth) - length(box);
      onwards.push({ at: start(box) + length(box), from: start(box), room: longer });
    }
    for (const wire of drawing.wires) {
      for (const p of wire.points) {
        across.push(p.across);
        along.push(p.along);
      }
    }
    for (const band of drawing.bands) {
      const from = down ? band.y : band.x;
      along.push(from, from + (down ? band.height : band.width));
    }
    const a = stretch(across, outwards), b = stretch(along, onwards);
    const size = xy({ across: a(across[1]), along: b(along[1]) });
    drawing.newWidth = size[0];
    drawing.newHeight = size[1];
    for (const box of drawing.boxes) placeBox(box, a, b);
    for (const wire of drawing.wires) placeWire(wire, a, b);
    for (const band of drawing.bands) placeBand(band, b, size);
  };

  const placeBox = (box, a, b) => {
    box.newMiddle = a(middle(box));
    box.newStart = b(start(box));
    const half = (down ? box.newWidth : box.newHeight) / 2;
    const [x, y] = xy({ across: box.newMiddle - half, along: box.newStart });
    box.g.setAttribute('transform', `translate(${round(x)} ${round(y)})`);
    box.frame.setAttribute('width', round(box.newWidth));
    box.frame.setAttribute('height', round(box.newHeight));
    box.g.classList.toggle('open', box.open);
    for (const { text, fromMiddle, y: line } of box.texts) {
      const mark = text.classList.contains('sign');
      text.setAttribute('x', round(mark ? box.newWidth + fromMiddle - box.width / 2 : box.newWidth / 2));
      text.setAttribute('y', box.open ? line - (box.height - HEADER) / 2 : line);
      if (mark) text.textContent = box.open ? '−' : '+';
    }
    if (!box.inside) return;
    box.g.setAttribute('aria-expanded', box.open);
    if (box.open) {
      box.inside.element.setAttribute('transform', `translate(${round((box.newWidth - box.inside.newWidth) / 2)} ${HEADER})`);
    }
  };

  // A line keeps its place on its boxes; where that place moved less than the line, it goes round a corner.
  const placeWire = (wire, a, b) => {
    const { points, source, target } = wire;
    const first = points[0], last = points[points.length - 1];
    const from = { across: source.newMiddle + first.across - middle(source), along: source.newStart + (down ? source.newHeight : source.newWidth) };
    const to = { across: target.newMiddle + last.across - middle(target), along: target.newStart };
    const bends = points.slice(1, -1).map((p) => ({ across: a(p.across), along: b(p.along) }));
    const line = [from];
    const leave = bends.length ? bends[0].across : from.across;
    if (Math.abs(leave - from.across) > 0.5) {
      const at = b(first.along) + JOG;
      line.push({ across: from.across, along: at }, { across: leave, along: at });
    }
    line.push(...bends);
    const before = line[line.length - 1];
    if (Math.abs(before.across - to.across) > 0.5) {
      line.push({ across: before.across, along: to.along - JOG }, { across: to.across, along: to.along - JOG });
    }
    line.push(to);
    wire.path.setAttribute('d', line.map((p, i) => (i ? 'L' : 'M') + xy(p).map(round).join(' ')).join(''));
    if (wire.label) {
      const [x, y] = xy(to);
      wire.label.setAttribute('x', round(x + wire.dx));
      wire.label.setAttribute('y', round(y + wire.dy));
    }
  };

  const placeBand = (band, b, size) => {
    const from = down ? band.y : band.x;
    const to = b(from + (down ? band.height : band.width));
    band.rect.setAttribute(down ? 'y' : 'x', round(b(from)));
    band.rect.setAttribute(down ? 'height' : 'width', round(to - b(from)));
    band.rect.setAttribute(down ? 'width' : 'height', round(down ? size[0] - 2 * band.x : size[1] - 2 * band.y));
    band.text.setAttribute(down ? 'y' : 'x', round(b(from) + band.name));
  };

  const root = read(child(svg, '.drawing'), null);
  const all = [];
  const collect = (drawing) => drawing.boxes.forEach((box) => {
    all.push(box);
    if (box.inside) collect(box.inside);
  });
  collect(root);

  let scale = 1;
  const draw = () => {
    arrange(root);
    svg.setAttribute('viewBox', `0 0 ${Math.ceil(root.newWidth)} ${Math.ceil(root.newHeight)}`);
    svg.setAttribute('width', Math.ceil(root.newWidth * scale));
    svg.setAttribute('height', Math.ceil(root.newHeight * scale));
  };
  const zoom = (factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) => {
    const before = scale;
    scale = Math.min(4, Math.max(0.05, scale * factor));
    const ratio = scale / before;
    draw();
    stage.scrollLeft = (stage.scrollLeft + x) * ratio - x;
    stage.scrollTop = (stage.scrollTop + y) * ratio - y;
  };
  const fit = (whole) => {
    const wide = (stage.clientWidth - 4) / root.newWidth, high = (stage.clientHeight - 4) / root.newHeight;
    scale = Math.max(0.05, Math.min(1, whole || down ? wide : 1, whole || !down ? high : 1));
    draw();
  };

  // The box that was opened or closed stays where the pointer is.
  const toggle = (box) => {
    const before = box.g.getBoundingClientRect();
    box.open = !box.open;
    draw();
    const after = box.g.getBoundingClientRect();
    stage.scrollTop += after.top - before.top;
    stage.scrollLeft += after.left + after.width / 2 - before.left - before.width / 2;
  };
  const setAll = (open) => {
    for (const box of all) if (box.inside) box.open = open;
    draw();
  };
  const owners = new Map(all.map((box) => [box.g, box]));
  const boxAt = (target) => {
    const g = target instanceof Element ? target.closest('[role=button]') : null;
    return g && owners.get(g);
  };
  // A click on the ground of an open box means nothing: only its title closes it.
  const meant = (event) => {
    const box = boxAt(event.target);
    if (!box || !box.open) return box;
    const on = event.target.closest('.box, .wire');
    const y = (event.clientY - box.g.getBoundingClientRect().top) / scale;
    return on === box.g && y < HEADER ? box : null;
  };

  let drag = null;
  stage.addEventListener('pointerdown', (event) => {
    if (event.button === 0) drag = { x: event.clientX, y: event.clientY, moved: false };
  });
  addEventListener('pointermove', (event) => {
    if (!drag || !(event.buttons & 1) || event.pointerType === 'touch') return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) < 5) return;
    drag.moved = true;
    stage.classList.add('dragged');
    stage.scrollLeft -= dx;
    stage.scrollTop -= dy;
    drag.x = event.clientX;
    drag.y = event.clientY;
  });
  addEventListener('pointerup', () => stage.classList.remove('dragged'));
  svg.addEventListener('click', (event) => {
    const moved = drag && drag.moved;
    drag = null;
    const box = moved ? null : meant(event);
    if (box) toggle(box);
  });
  addEventListener('click', () => { drag = null; });
  stage.addEventListener('keydown', (event) => {
    const box = boxAt(event.target);
    if (box && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      toggle(box);
    } else if (event.key === '+' || event.key === '-') {
      zoom(event.key === '+' ? 1.25 : 0.8);
    }
  });
  stage.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const place = stage.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - place.left, event.clientY - place.top);
  }, { passive: false });

  const search = document.getElementById('find'), found = document.getElementById('found');
  const titled = all.map((box) => ({
    box, path: box.g.dataset.path.toLowerCase(),
    text: box.texts[0].text.textContent.toLowerCase(), end: !box.inside && /entry|exit/.test(box.g.getAttribute('class')),
  })).filter((entry) => !entry.end);
  let hits = [], at = -1;
  const mark = (box) => {
    for (const other of svg.querySelectorAll('.found')) other.classList.remove('found');
    if (!box) return;
    for (let owner = box.drawing.parent; owner; owner = owner.drawing.parent) owner.open = true;
    draw();
    box.g.classList.add('found');
    const place = box.frame.getBoundingClientRect(), view = stage.getBoundingClientRect();
    stage.scrollTop += place.top - view.top - Math.max(20, (view.height - place.height) / 2);
    stage.scrollLeft += place.left + place.width / 2 - view.left - view.width / 2;
  };
  const find = () => {
    const wanted = search.value.trim().toLowerCase();
    const exact = titled.filter((entry) => entry.path === wanted);
    hits = wanted === '' ? [] : exact.length ? exact : titled.filter((entry) => entry.path.includes(wanted) || entry.text.includes(wanted));
    at = -1;
    found.textContent = wanted === '' ? '' : hits.length === 0 ? 'nothing' : `${hits.length} found, Enter shows`;
    mark(null);
  };
  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || hits.length === 0) return;
    at = (at + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    found.textContent = `${at + 1} of ${hits.length}`;
    mark(hits[at].box);
  });

  const on = (id, action) => document.getElementById(id).addEventListener('click', action);
  on('open-all', () => setAll(true));
  on('close-all', () => setAll(false));
  on('smaller', () => zoom(0.8));
  on('larger', () => zoom(1.25));
  on('fit', () => fit(true));
  document.querySelector('.tools').hidden = false;
  if (stage.dataset.open === 'all') setAll(true);
  draw();
  fit(false);
})();
