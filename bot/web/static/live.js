// Keeps the numbers fresh while a page lies open, and puts a ready reply into the box. Each page works without it.
const bare = document.title;
const live = document.getElementById("live");

function title(count) {
  document.title = count > 0 ? `(${count}) ${bare}` : bare;
}

function badge(link, count) {
  const old = link.querySelector(".desk-count");
  if (!count) return old?.remove();
  if (old) {
    if (old.firstChild.nodeValue !== String(count)) old.firstChild.nodeValue = count;
    return undefined;
  }
  const made = document.createElement("span");
  made.className = `desk-count${["alerts", "failed"].includes(link.dataset.countsOf) ? " desk-count--hot" : ""}`;
  const hidden = document.createElement("span");
  hidden.className = "govuk-visually-hidden";
  hidden.textContent = ` ${link.dataset.waiting}`;
  made.append(String(count), hidden);
  return link.append(made);
}

if (live) {
  title(Number(live.dataset.title));
  let shown = "";
  // The same again must not be read out again by a screen reader.
  live.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.serverResponse === shown) event.detail.shouldSwap = false;
    shown = event.detail.serverResponse;
  });
  live.addEventListener("htmx:afterSwap", () => {
    const told = live.querySelector("[data-live]");
    if (!told) return;
    const counts = JSON.parse(told.dataset.counts);
    for (const link of document.querySelectorAll("[data-counts-of]")) badge(link, counts[link.dataset.countsOf] ?? 0);
    title(Number(told.dataset.title));
  });
}

document.addEventListener("submit", (event) => {
  const box = document.getElementById(event.target.dataset.puts ?? "");
  if (!box) return;
  event.preventDefault();
  const text = event.target.querySelector("select").selectedOptions[0].dataset.text;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});
