// Keeps what is typed into a story's page until it is sent: on the server, for her alone. Each form of the page carries
// what stands in the boxes of the others, so that none of its buttons loses them.
const page = document.getElementById("unsaved");
const seen = new Map(); // what the server has of each box
const QUIET_MS = 700;
let timer = 0;
let running = null;
let leaving = false;

const boxes = () => [...document.querySelectorAll("textarea[data-unsaved]")];
const name = (box) => box.dataset.unsaved;
const changed = () => boxes().filter((box) => box.value !== seen.get(name(box)));

function fields(list) {
  const found = [["unsaved_of", page.dataset.story]];
  for (const box of list) {
    const before = box.form.elements.namedItem("seen") ?? box.form.elements.namedItem("last");
    found.push(["unsaved_box", name(box)], ["unsaved_base", before?.value ?? "0"], ["unsaved_text", box.value]);
  }
  return found;
}

function body(list) {
  const made = new FormData();
  made.append("csrf_token", page.dataset.token);
  for (const [field, value] of fields(list)) made.append(field, value);
  return made;
}

function tell(box, failed) {
  let told = box.parentElement.querySelector(".desk-unsaved__told");
  if (!told) {
    told = document.createElement("p");
    told.className = "desk-small desk-unsaved__told";
    box.after(told);
  }
  told.classList.toggle("desk-unsaved__told--failed", failed);
  if (failed) told.setAttribute("role", "alert");
  told.textContent = failed ? page.dataset.failed : page.dataset.kept;
}

async function send(list) {
  const sent = list.map((box) => [box, box.value]);
  let kept = false;
  try {
    kept = (await fetch(page.dataset.keeps, { method: "POST", body: body(list) })).status === 204;
  } catch {
    kept = false;
  }
  for (const [box, value] of sent) {
    if (kept) seen.set(name(box), value);
    if (box.isConnected) tell(box, !kept);
  }
  running = null;
}

async function keep() {
  clearTimeout(timer);
  await running;
  const list = changed();
  if (list.length) await (running = send(list));
}

function soon() {
  clearTimeout(timer);
  if (changed().length) timer = setTimeout(keep, QUIET_MS);
}

function carry(form) {
  form.querySelectorAll("[data-carried]").forEach((one) => one.remove());
  const others = changed().filter((box) => box.form !== form);
  if (!others.length) return;
  for (const [field, value] of fields(others)) {
    // A hidden input would lose the ends of lines in some browsers; a hidden box keeps them.
    const made = document.createElement("textarea");
    Object.assign(made, { name: field, value, hidden: true });
    made.dataset.carried = "";
    form.append(made);
  }
}

for (const box of boxes()) seen.set(name(box), box.defaultValue);
soon(); // a browser may have put words back by itself
document.addEventListener("input", (event) => event.target.closest("textarea[data-unsaved]") && soon());
document.addEventListener("change", (event) => event.target.closest("textarea[data-unsaved]") && keep());
document.addEventListener("htmx:afterSwap", soon);

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post") return;
  if (running) {
    // What is on its way must not arrive after this form has made an end of it.
    event.preventDefault();
    running.then(() => form.requestSubmit(submitter));
    return;
  }
  clearTimeout(timer);
  carry(form);
  leaving = true;
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || event.defaultPrevented || link.target || link.getAttribute("href").startsWith("#")) return;
  if (!running && !changed().length) return;
  event.preventDefault();
  await keep();
  location.assign(link.href);
});

addEventListener("beforeunload", (event) => !leaving && changed().length && event.preventDefault());
addEventListener("pagehide", () => !leaving && changed().length && navigator.sendBeacon(page.dataset.keeps, body(changed())));
addEventListener("pageshow", () => (leaving = false));
document.addEventListener("visibilitychange", () => document.hidden && !leaving && keep());
