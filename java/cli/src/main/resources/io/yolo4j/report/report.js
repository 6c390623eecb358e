(() => {
  'use strict';
  // While the run goes on, the page is written anew after each epoch.
  if (document.getElementById('status').dataset.running === 'true') {
    setInterval(() => { if (!document.hidden && tip.hidden) location.reload(); }, 20000);
  }

  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.append(tip);
  let cross = null;

  const hide = () => {
    tip.hidden = true;
    if (cross) cross.remove();
    cross = null;
  };
  const place = (event) => {
    tip.hidden = false;
    const left = event.clientX + 14 + tip.offsetWidth > innerWidth ? event.clientX - 14 - tip.offsetWidth : event.clientX + 14;
    tip.style.left = Math.max(4, left) + 'px';
    tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 4)) + 'px';
  };
  const numbers = (text) => text.split(' ').map(Number);

  // The lines of a chart, read back from what is drawn.
  const charts = new WeakMap();
  const read = (svg) => {
    if (!charts.has(svg)) {
      charts.set(svg, [...svg.querySelectorAll('.series > g')].map((g) => ({
        name: g.dataset.name,
        bold: g.classList.contains('bold'),
        ink: getComputedStyle(g).getPropertyValue('--ink'),
        parts: [...g.children].map((part) => part.points
          ? [...part.points].map((p) => [p.x, p.y])
          : [[part.cx.baseVal.value, part.cy.baseVal.value]]),
      })).reverse());
    }
    return charts.get(svg);
  };
  const at = (line, x) => {
    for (const part of line.parts) {
      for (let i = 0; i < part.length; i++) {
        if (Math.abs(part[i][0] - x) < 0.6) return part[i][1];
        if (i > 0 && part[i - 1][0] < x && x < part[i][0]) {
          const share = (x - part[i - 1][0]) / (part[i][0] - part[i - 1][0]);
          return part[i - 1][1] + share * (part[i][1] - part[i - 1][1]);
        }
      }
    }
    return NaN;
  };

  const lines = (svg, event) => {
    const [left, top, right, bottom] = numbers(svg.dataset.plot);
    const [x0, x1, y0, y1] = numbers(svg.dataset.range);
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const epochs = svg.dataset.x === 'epoch';
    let value = x0 + (point.x - left) / (right - left) * (x1 - x0);
    if (epochs) value = Math.round(value);
    if (value < x0 || value > x1) return hide();
    const x = left + (value - x0) / (x1 - x0) * (right - left);
    let found = read(svg).map((line) => ({ line, y: at(line, x) })).filter((f) => !Number.isNaN(f.y));
    if (found.length === 0) return hide();
    if (found.length > 12) {
      const near = found.filter((f) => !f.line.bold).sort((a, b) => Math.abs(a.y - point.y) - Math.abs(b.y - point.y));
      found = found.filter((f) => f.line.bold).concat(near.slice(0, 8));
    }
    tip.textContent = '';
    const head = document.createElement('b');
    head.textContent = svg.dataset.x + ' ' + (epochs ? value : value.toFixed(3));
    tip.append(head);
    for (const f of found) {
      const row = document.createElement('div');
      const name = document.createElement('span');
      const swatch = document.createElement('span');
      swatch.className = 'swatch';
      swatch.style.setProperty('--ink', f.line.ink);
      name.append(swatch, f.line.name);
      const number = document.createElement('span');
      number.textContent = Number((y0 + (bottom - f.y) / (bottom - top) * (y1 - y0)).toPrecision(3));
      row.append(name, number);
      tip.append(row);
    }
    if (!cross) {
      cross = document.createElementNS(svg.namespaceURI, 'line');
      cross.setAttribute('class', 'cross');
    }
    if (cross.parentNode !== svg) svg.append(cross);
    for (const [name, v] of [['x1', x], ['x2', x], ['y1', top], ['y2', bottom]]) cross.setAttribute(name, v);
    place(event);
  };

  const move = (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const cell = target && target.closest('[data-tip]');
    const svg = target && target.closest('svg.lines');
    if (cell) {
      hide();
      tip.textContent = cell.dataset.tip;
      place(event);
    } else if (svg) {
      lines(svg, event);
    } else {
      hide();
    }
  };
  document.addEventListener('pointermove', move);
  document.addEventListener('pointerdown', move);
  document.addEventListener('scroll', hide, { passive: true });
})();
