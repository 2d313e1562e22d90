// Comfort only: everything works without this file.
'use strict';

// A page that nobody looks at asks for nothing.
document.addEventListener('htmx:beforeRequest', event => {
  if (document.hidden) event.preventDefault();
});

// Figures that stopped following are shown as such.
function mark(stale) {
  document.querySelectorAll('.live').forEach(live => live.classList.toggle('stale', stale));
}
document.addEventListener('htmx:sendError', () => mark(true));
document.addEventListener('htmx:responseError', () => mark(true));
document.addEventListener('htmx:afterSwap', () => mark(false));

document.querySelectorAll('[data-copy]').forEach(button => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
});
