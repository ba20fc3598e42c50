'use strict';
(() => {
  const get = (id) => document.getElementById(id);
  const all = (selector, inside) => [...(inside || document).querySelectorAll(selector)];
  const root = document.documentElement;
  const filter = get('filter');
  const choices = ['app', 'kind', 'action'].map(get);
  const apps = all('.app').map((node) => ({
    node,
    row: document.querySelector('tr[data-app="' + node.id + '"]'),
    name: node.querySelector('h2').textContent,
    resources: all('.res', node),
  }));
  const resources = apps.flatMap((a) => a.resources);
  const texts = new Map();
  let view = 'unified';

  get('tools').hidden = false;
  all('.keys').forEach((node) => { node.hidden = false; });

  // Filter. What a search reads is put in lower case once, when it is needed.
  function text(node) {
    if (!texts.has(node)) texts.set(node, node.textContent.toLowerCase());
    return texts.get(node);
  }

  function apply() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [app, kind, action] = choices.map((c) => c.value);
    let shown = 0;
    let sections = 0;
    for (const a of apps) {
      const chosen = !app || a.node.id === app;
      const name = a.name.toLowerCase();
      let any = 0;
      for (const r of a.resources) {
        const fits = chosen && (!kind || r.dataset.kind === kind) && (!action || r.dataset.action === action) &&
          words.every((w) => name.includes(w) || text(r).includes(w));
        r.hidden = !fits;
        if (fits) any++;
      }
      const itself = chosen && !kind && !action && words.every((w) => name.includes(w) || own(a).includes(w));
      a.node.hidden = !any && !itself;
      a.row.hidden = a.node.hidden;
      shown += any;
      if (!a.node.hidden) sections++;
    }
    const filtered = words.length > 0 || app || kind || action;
    get('shown').textContent = filtered ? shown + ' of ' + resources.length + ' resources' : '';
    get('nothing').hidden = sections > 0 || !filtered;
  }

  // own is what a section says beside its resources: failures, reasons, source.
  function own(a) {
    if (!texts.has(a)) {
      const parts = [...a.node.children].filter((n) => !n.classList.contains('res'));
      texts.set(a, parts.map((n) => n.textContent).join(' ').toLowerCase());
    }
    return texts.get(a);
  }

  // Views. The other view of a diff is built when it comes into sight.
  const unified = new WeakMap();

  function lines(node) {
    const rows = [[]];
    for (const child of node.childNodes) {
      const pieces = child.textContent.split('\n');
      pieces.forEach((piece, i) => {
        if (i) rows.push([]);
        if (!piece) return;
        let part = document.createTextNode(piece);
        if (child.nodeName === 'MARK') {
          part = document.createElement('mark');
          part.textContent = piece;
        }
        rows[rows.length - 1].push(part);
      });
    }
    // The sign is told by the side, and the blank after it goes, too.
    for (const row of rows) {
      if (row.length && row[0].nodeType === Node.TEXT_NODE) row[0].data = row[0].data.replace(/^[-+ ] ?/, '');
    }
    return rows;
  }

  function row(left, right) {
    const node = document.createElement('div');
    node.className = 'row';
    for (const [name, parts] of [['del', left], ['ins', right]]) {
      const cell = document.createElement(parts && parts.changed ? name : 'span');
      cell.append(...(parts ? parts.parts : []));
      node.append(cell);
    }
    return node;
  }

  function sideBySide(groups) {
    const rows = [];
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i];
      if (group.nodeName === 'SPAN') {
        for (const parts of lines(group)) rows.push(row({ parts }, { parts: parts.map((p) => p.cloneNode(true)) }));
      } else if (group.nodeName === 'DEL' || group.nodeName === 'INS') {
        const left = group.nodeName === 'DEL' ? lines(group) : [];
        let right = left.length ? [] : lines(group);
        if (left.length && groups[i + 1] && groups[i + 1].nodeName === 'INS') right = lines(groups[++i]);
        for (let n = 0; n < Math.max(left.length, right.length); n++) {
          rows.push(row(left[n] && { parts: left[n], changed: true }, right[n] && { parts: right[n], changed: true }));
        }
      } else {
        rows.push(group.cloneNode(true));
      }
    }
    return rows;
  }

  function draw(diff) {
    if (view === 'split' && !unified.has(diff) && diff.children.length > 1) {
      const groups = [...diff.children];
      unified.set(diff, groups);
      diff.replaceChildren(...sideBySide(groups));
    } else if (view === 'unified' && unified.has(diff)) {
      diff.replaceChildren(...unified.get(diff));
      unified.delete(diff);
    }
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const e of entries) if (e.isIntersecting) draw(e.target.querySelector('.diff'));
  }, { rootMargin: '600px' });

  function show(name) {
    view = name;
    for (const id of ['unified', 'split']) get(id).setAttribute('aria-pressed', String(id === name));
    for (const r of resources) {
      watcher.unobserve(r);
      watcher.observe(r);
    }
  }

  // Dark and light.
  const dark = () => (root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

  function theme(name) {
    if (name === 'dark' || name === 'light') root.dataset.theme = name;
    get('theme').textContent = dark() ? 'Light' : 'Dark';
  }

  // The address holds what was chosen, so that it can be passed on.
  function remember() {
    const state = new URLSearchParams();
    if (filter.value) state.set('filter', filter.value);
    for (const c of choices) if (c.value) state.set(c.id, c.value);
    if (view === 'split') state.set('view', view);
    if (root.dataset.theme) state.set('theme', root.dataset.theme);
    history.replaceState(null, '', '#' + state);
  }

  function recall() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes('=')) return reveal(hash);
    const state = new URLSearchParams(hash);
    filter.value = state.get('filter') || '';
    for (const c of choices) c.value = state.get(c.id) || '';
    for (const c of choices) if (c.selectedIndex < 0) c.value = '';
    show(state.get('view') === 'split' ? 'split' : 'unified');
    theme(state.get('theme'));
    apply();
  }

  // reveal makes the target of a link visible, whatever the filter says.
  function reveal(id) {
    const target = get(id);
    if (!target) return;
    if (target.hidden || target.closest('[hidden]')) clear();
    if (target.matches('.res')) {
      target.open = true;
      target.querySelector('summary').focus();
    }
    target.scrollIntoView();
  }

  function clear() {
    filter.value = '';
    for (const c of choices) c.value = '';
    apply();
  }

  function fold() {
    const open = get('fold').textContent === 'Open all';
    for (const r of resources) if (!r.hidden) r.open = open;
    get('fold').textContent = open ? 'Close all' : 'Open all';
  }

  // step goes to the next visible resource from where the focus is.
  function step(by) {
    const visible = resources.filter((r) => !r.hidden);
    if (!visible.length) return;
    const at = document.activeElement.closest('.res');
    let next = visible.indexOf(at) + by;
    if (!at || !visible.includes(at)) next = by > 0 ? 0 : visible.length - 1;
    const target = visible[Math.min(Math.max(next, 0), visible.length - 1)];
    target.querySelector('summary').focus({ preventScroll: true });
    target.scrollIntoView({ block: 'start' });
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    '/': () => { filter.focus(); filter.select(); },
    u: () => { show('unified'); remember(); },
    s: () => { show('split'); remember(); },
    o: fold,
    d: () => get('theme').click(),
    Escape: () => { clear(); remember(); },
  };

  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !keys[e.key]) return;
    const typing = e.target.matches('input, select');
    if (typing && e.key !== 'Escape') return;
    if (typing) e.target.blur();
    e.preventDefault();
    keys[e.key]();
  });

  let timer;
  filter.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => { apply(); remember(); }, 120);
  });
  for (const c of choices) c.addEventListener('change', () => { apply(); remember(); });
  for (const id of ['unified', 'split']) get(id).addEventListener('click', () => { show(id); remember(); });
  get('fold').addEventListener('click', fold);
  get('theme').addEventListener('click', () => { theme(dark() ? 'light' : 'dark'); remember(); });
  addEventListener('hashchange', recall);
  if (resources.length && resources.every((r) => r.open)) get('fold').textContent = 'Close all';
  theme();
  recall();
})();
