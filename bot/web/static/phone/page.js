// The page around the phones: who there is, who is open, who has something unread.
import * as house from "./house.js";
import { clock } from "./line.js";
import { Phone, dayOf, face, spoken } from "./phone.js";

const EVERY = 3000;
const $ = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 900px)");
const open = [];
let everyone = [];

// What is kept in the browser: which phones lay open, and how many messages of each person were seen.
function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still shows everything.
  }
}

const seen = kept("phone.seen", {});
const room = () => (wide.matches ? Math.max(1, Math.min(3, Math.floor($("phones").clientWidth / 300))) : 1);
const isOpen = (person) => open.some((phone) => phone.person.id === person.id);
const unread = (person) => (isOpen(person) && !document.hidden ? 0 : Math.max(0, person.heard - (seen[person.id] || 0)));

function sawAll(person) {
  seen[person.id] = person.heard;
  keep("phone.seen", seen);
  everyone = everyone.map((other) => (other.id === person.id ? person : other));
  drawPeople();
}

function show(person) {
  closeDrawer();
  if (isOpen(person)) return focusOn(open.find((phone) => phone.person.id === person.id));
  const phone = new Phone(person, { onSeen: sawAll, onFresh: fresh, onClose: away });
  open.push(phone);
  $("phones").append(phone.element);
  while (open.length > room()) open.shift().putAway();
  settle();
  return focusOn(phone);
}

function focusOn(phone) {
  phone.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (wide.matches) phone.box.focus({ preventScroll: true });
}

function away(phone) {
  phone.putAway();
  open.splice(open.indexOf(phone), 1);
  settle();
}

async function fresh(phone) {
  const person = await add(phone.person.channel, phone.person.draft ? { like: phone.person.id } : {});
  if (person && open.includes(phone)) away(phone);
  if (person) show(person);
}

async function add(channel, more = chosenDraft()) {
  try {
    const person = await house.addPerson(channel, more);
    everyone = [person, ...everyone];
    return person;
  } catch (refused) {
    toast(refused.message);
    return null;
  }
}

// A draft that is chosen holds for every new person, until "no" is chosen again.
function chosenDraft() {
  const draft = $("draft")?.value;
  return draft ? { draft } : {};
}

function settle() {
  keep("phone.open", open.map((phone) => phone.person.id));
  $("welcome").hidden = open.length > 0;
  document.body.dataset.open = open.length;
  drawPeople();
}

function drawPeople() {
  const template = $("person-template").content.firstElementChild;
  const focused = document.activeElement?.dataset?.person;
  const items = everyone.map((person) => entry(template.cloneNode(true), person));
  $("person-list").replaceChildren(...items);
  if (focused) $("person-list").querySelector(`[data-person="${focused}"]`)?.focus();
  badge($("all-unread"), everyone.reduce((sum, person) => sum + unread(person), 0));
}

function entry(item, person) {
  const button = item.querySelector(".person");
  const $in = (selector) => item.querySelector(selector);
  button.dataset.person = person.id;
  button.dataset.look = person.channel;
  button.setAttribute("aria-pressed", String(isOpen(person)));
  face($in(".face"), person);
  $in(".person-name").textContent = person.label;
  $in(".person-time").textContent = person.last_text ? whenOf(person.last_at) : "";
  $in(".person-last").textContent = person.last_text || "Has not texted yet";
  $in(".person-channel").textContent = person.channel === "sms" ? "SMS" : "WhatsApp";
  $in(".person-number").textContent = spoken(person.number);
  $in(".person-stopped").hidden = !person.stopped;
  $in(".person-draft").hidden = !person.draft;
  badge($in(".badge"), unread(person));
  button.addEventListener("click", () => show(person));
  return item;
}

const whenOf = (at) => (dayOf(at) === "Today" ? clock(at) : dayOf(at).replace(/^\w+, /, ""));

function badge(element, count) {
  element.hidden = count === 0;
  element.textContent = count;
  element.setAttribute("aria-label", `${count} unread`);
}

function toast(words) {
  $("toast").textContent = words;
  setTimeout(() => ($("toast").textContent = ""), 6000);
}

async function askForPeople() {
  if (document.hidden) return;
  try {
    const found = await house.people();
    if (JSON.stringify(found) === JSON.stringify(everyone)) return;
    everyone = found;
    drawPeople();
  } catch {
    // Each phone says when there is no connection; the list only waits.
  }
}

function openDrawer() {
  document.body.classList.add("drawer-open");
  $("shade").hidden = false;
  $("people-button").setAttribute("aria-expanded", "true");
  $("people").querySelector("[data-add]").focus();
}

function closeDrawer() {
  if (!document.body.classList.contains("drawer-open")) return;
  document.body.classList.remove("drawer-open");
  $("shade").hidden = true;
  $("people-button").setAttribute("aria-expanded", "false");
  $("people-button").focus();
}

function firstPhones() {
  const before = kept("phone.open", []);
  const found = before.map((id) => everyone.find((person) => person.id === id)).filter(Boolean);
  const wanted = found.length || before.length ? found : everyone.slice(0, Math.min(2, room()));
  wanted.slice(-room()).forEach(show);
  settle();
}

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", async () => {
    const person = await add(button.dataset.add);
    if (person) show(person);
  });
}
$("people-button").addEventListener("click", openDrawer);
$("drawer-close").addEventListener("click", closeDrawer);
$("shade").addEventListener("click", closeDrawer);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeDrawer());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  askForPeople();
  open.forEach((phone) => phone.ask());
});
addEventListener("resize", () => {
  while (open.length > room()) open.shift().putAway();
  settle();
});

// Somebody new for the draft that the desk sent us here with. Loading the page again must not make another.
async function tryDraft() {
  const { draft } = document.body.dataset;
  if (!draft) return;
  history.replaceState(null, "", location.pathname);
  const person = await add("sms", { draft });
  if (person) show(person);
}

await askForPeople();
firstPhones();
await tryDraft();
setInterval(askForPeople, EVERY);
