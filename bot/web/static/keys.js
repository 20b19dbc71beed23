// Single keys on the desk. Each leads to what the page shows anyway; nothing is decided by one key alone.
const LIST = ".desk-need__title a";
const GOES_TO = {
  a: 'form[action$="/approve"] button',
  d: 'form[action$="/decline"] textarea',
  l: 'form[action$="/ask-lead"] textarea',
  n: "#note",
  r: "#reply",
  s: "#show-words",
  t: "#tag",
  u: ".desk-undone button",
};

const writing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

function goTo(selector) {
  const found = document.querySelector(selector);
  if (!found) return false;
  for (let fold = found.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  found.focus();
  found.scrollIntoView({ block: "center" });
  return true;
}

function step(by) {
  const links = [...document.querySelectorAll(LIST)];
  if (!links.length) return false;
  const here = links.findIndex((link) => link.closest(".desk-need").contains(document.activeElement));
  const next = links[Math.min(Math.max(here + by, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "center" });
  return true;
}

function act(key) {
  if (key === "?") return document.getElementById("keys").showModal() ?? true;
  if (key === "/") return location.assign(document.querySelector('.desk-nav a[href$="/desk/find"]')) ?? true;
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  return key in GOES_TO && goTo(GOES_TO[key]);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!writing(event.target) && act(event.key)) event.preventDefault();
});
