(() => {
  'use strict';
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.append(tip);

  const hide = () => { tip.hidden = true; };
  const place = (event) => {
    tip.hidden = false;
    const left = event.clientX + 14 + tip.offsetWidth > innerWidth ? event.clientX - 14 - tip.offsetWidth : event.clientX + 14;
    tip.style.left = Math.max(4, left) + 'px';
    tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 4)) + 'px';
  };
  const move = (event) => {
    const shape = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
    if (!shape) return hide();
    tip.textContent = shape.dataset.tip;
    place(event);
  };
  document.addEventListener('pointermove', move);
  document.addEventListener('pointerdown', move);
  document.addEventListener('scroll', hide, { passive: true, capture: true });

  // A column of numbers starts with the largest; a cell without a number comes last in any order.
  const compare = (a, b, number, sign) => {
    if (!number) return sign * a.textContent.localeCompare(b.textContent, 'en', { numeric: true });
    const [x, y] = [a.dataset.value, b.dataset.value];
    if (x === '' || y === '') return (x === '' ? 1 : 0) - (y === '' ? 1 : 0);
    return sign * (x - y);
  };
  const sort = (table, head) => {
    const number = head.classList.contains('number');
    const before = head.getAttribute('aria-sort');
    const descending = before ? before === 'ascending' : number;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const rows = [...table.tBodies[0].rows];
    const cell = (row) => row.cells[head.cellIndex];
    rows.sort((a, b) => compare(cell(a), cell(b), number, descending ? -1 : 1));
    table.tBodies[0].append(...rows);
  };
  for (const table of document.querySelectorAll('table.sortable')) {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      button.addEventListener('click', () => sort(table, head));
      head.replaceChildren(button);
    }
  }
})();
