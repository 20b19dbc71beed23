// Comfort for writing a draft: line numbers that follow the typing, links that lead to the line, a word before leaving.
const box = document.getElementById("text");
const numbers = document.querySelector(".desk-editor__numbers");
const saved = box.value;
let going = false;

function follow() {
  const lines = box.value.split("\n").length;
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight + 30}px`; // as tall as its words: the numbers stay beside their lines
  while (numbers.children.length < lines) {
    const number = document.createElement("span");
    number.textContent = numbers.children.length + 1;
    number.id = `line-${numbers.children.length + 1}`;
    numbers.append(number);
  }
  while (numbers.children.length > lines) numbers.lastElementChild.remove();
}

function goTo(line) {
  const before = box.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const end = box.value.indexOf("\n", start);
  box.focus({ preventScroll: true });
  box.setSelectionRange(start, end < 0 ? box.value.length : end);
  document.getElementById(`line-${line}`)?.scrollIntoView({ block: "center" });
}

box.addEventListener("input", follow);
addEventListener("resize", follow);
box.form.addEventListener("submit", () => (going = true));
addEventListener("beforeunload", (event) => {
  if (!going && !box.readOnly && box.value !== saved) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link) return;
  event.preventDefault();
  goTo(Number(link.dataset.line));
});
follow();
