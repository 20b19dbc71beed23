// One phone on the page: her conversation, asked for again each second while it can be seen.
import * as house from "./house.js";
import { build, clock, cost, hidden, icon, label, make, parts } from "./line.js";
import { measure } from "./segments.js";

const EVERY = 1000;
const AFTER_TROUBLE = 4000;
const PATIENCE = 15000; // the bot answers in a moment; after this the dots would be a lie
const MARKET = { latitude: 52.6, longitude: 2.6 }; // the middle of Wexmoor, the demo's made-up town
const LOOKS = {
  sms: { under: "Text message", opening: "Texting by SMS. Each text is paid for by the part.", typing: "Text message" },
  whatsapp: { under: "online", opening: "A made-up chat. It stays on this server.", typing: "typing..." },
};

export class Phone {
  constructor(person, { onSeen, onFresh, onClose }) {
    this.person = person;
    this.onSeen = onSeen;
    this.mark = "";
    this.lines = [];
    this.unsent = [];
    this.sticks = true;
    this.queue = Promise.resolve();
    this.look = LOOKS[person.channel];
    this.element = document.getElementById("phone-template").content.firstElementChild.cloneNode(true);
    this.fill();
    this.listen(onFresh, onClose);
    this.ask();
  }

  $(selector) {
    return this.element.querySelector(selector);
  }

  fill() {
    const { person, element } = this;
    element.id = `phone-${person.id}`;
    element.dataset.look = person.channel;
    element.setAttribute("aria-label", `${person.label}'s phone`);
    face(this.$(".caption .face"), person);
    this.$(".caption-name").textContent = person.label;
    this.$(".caption-number").textContent = spoken(person.number);
    this.$(".put-away").setAttribute("aria-label", `Put ${person.label}'s phone away`);
    this.$(".bar-under").textContent = this.look.under;
    this.$(".opening").textContent = this.look.opening;
    this.$(".draft-note").hidden = !person.draft;
    this.$(".thread").setAttribute("aria-label", `${person.label}'s messages`);
    this.box = this.$("textarea");
    this.thread = this.$(".thread");
    this.count();
  }

  listen(onFresh, onClose) {
    this.$(".put-away").addEventListener("click", () => onClose(this));
    this.$(".fresh").addEventListener("click", () => onFresh(this));
    this.$(".stop").addEventListener("click", () => this.say({ text: this.person.stopped ? "START" : "STOP" }));
    this.$(".attach").addEventListener("click", () => this.attach());
    this.$(".sheet-close").addEventListener("click", () => this.closeSheet());
    this.$(".sheet").addEventListener("keydown", (event) => event.key === "Escape" && this.closeSheet());
    for (const hello of this.element.querySelectorAll(".hello-words button")) {
      hello.addEventListener("click", () => this.say({ text: hello.textContent }));
    }
    this.thread.addEventListener("scroll", () => (this.sticks = this.atEnd()));
    new ResizeObserver(() => this.toEnd()).observe(this.thread);
    this.box.addEventListener("input", () => this.count());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.$(".write").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendWhatIsWritten();
    });
  }

  // Asking -------------------------------------------------------------------------------------------------------
  async ask() {
    clearTimeout(this.timer);
    if (this.gone) return;
    let pause = EVERY;
    if (!document.hidden) pause = await this.askOnce();
    this.timer = setTimeout(() => this.ask(), pause);
  }

  async askOnce() {
    try {
      const said = await house.messages(this.person.id, this.mark);
      this.trouble = "";
      this.mark = said.as_of;
      if (said.changed) this.take(said);
      else this.tell();
      return EVERY;
    } catch (refused) {
      this.gone = refused.status === 404 || refused.status === 401;
      this.trouble = refused.status === 0 ? "No connection. Trying again." : refused.message;
      this.tell();
      return AFTER_TROUBLE;
    }
  }

  take({ person, lines }) {
    this.person = person;
    this.lines = lines;
    const known = new Set(lines.map((line) => line.name));
    this.unsent = this.unsent.filter((line) => !known.has(line.name));
    this.draw();
    this.onSeen(person);
  }

  putAway() {
    this.gone = true;
    clearTimeout(this.timer);
    this.element.remove();
  }

  // Drawing ------------------------------------------------------------------------------------------------------
  draw() {
    const shown = [...this.lines.filter((line) => !hidden(line)), ...this.unsent];
    const lastBot = shown.findLastIndex((line) => line.from === "bot");
    const place = this.$(".lines");
    const rows = new Map([...place.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row]));
    place.replaceChildren(...withDays(shown, this.person.channel, (line, index) => this.row(line, index < lastBot, rows)));
    this.$(".hello").hidden = shown.length > 0;
    this.$(".clock").textContent = clock(Date.now());
    this.tell();
    this.toEnd();
  }

  atEnd() {
    return this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < 90;
  }

  // Whoever looks at the newest message goes on seeing it; whoever reads further up is left there.
  toEnd() {
    if (this.sticks) this.thread.scrollTop = this.thread.scrollHeight;
  }

  row(line, answered, rows) {
    const state = JSON.stringify([line, answered]);
    const old = rows.get(line.key);
    if (old && old.state === state) return old;
    const row = build(line, {
      channel: this.person.channel,
      answered,
      onButton: (from, option) => this.tap(from, option),
      onList: (from) => this.choose(from),
      onAgain: (failed) => this.again(failed),
    });
    row.state = state;
    return row;
  }

  tell() {
    const waiting = this.waiting();
    const typing = this.$(".typing");
    if (typing.hidden === waiting) {
      typing.hidden = !waiting;
      this.$(".bar-under").textContent = waiting ? this.look.typing : this.look.under;
      this.toEnd();
    }
    const notice = this.notice();
    this.$(".notice").hidden = !notice;
    if (this.$(".notice").textContent !== notice) this.$(".notice").textContent = notice;
    this.$(".stop").textContent = this.person.stopped ? "Text START" : "Text STOP";
    this.element.classList.toggle("is-stopped", this.person.stopped);
    this.$(".total").textContent = total(this.lines, this.person.channel);
  }

  waiting() {
    if (this.gone || this.person.stopped) return false;
    if (this.unsent.some((line) => !line.failed)) return true;
    const last = this.lines.at(-1);
    return Boolean(last) && Date.now() - last.at < PATIENCE && (last.from === "person" || hidden(last));
  }

  notice() {
    if (this.trouble) return this.trouble;
    if (this.person.stopped) return "Stopped. No more texts come until this person texts START.";
    const stuck = this.lines.some((line) => hidden(line) && Date.now() - line.at > PATIENCE);
    return stuck ? "A message is waiting to be sent. Is the worker running?" : "";
  }

  // Writing ------------------------------------------------------------------------------------------------------
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.sendWhatIsWritten();
  }

  count() {
    const text = this.box.value;
    const size = measure(text);
    const counter = this.$(".counter");
    counter.textContent = text && this.person.channel === "sms" ? `${size.left} / ${parts(size.segments)}, ${size.encoding}` : "";
    this.box.rows = 1;
    while (this.box.rows < 5 && this.box.scrollHeight > this.box.clientHeight + 2) this.box.rows += 1;
  }

  sendWhatIsWritten() {
    const text = this.box.value;
    if (!text.trim()) return;
    this.box.value = "";
    this.count();
    this.say({ text });
  }

  say(message, shown = {}) {
    const name = crypto.getRandomValues(new Uint8Array(16)).reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");
    const line = {
      key: `mine-${name}`, name, from: "person", text: message.text || "", media: [], options: [], shape: "text",
      at: Date.now(), pending: true, message: { ...message, id: name }, ...shown,
    };
    this.unsent.push(line);
    this.sticks = true;
    this.draw();
    this.post(line);
  }

  // One after the other, so that what she said arrives in the order she said it.
  post(line) {
    this.queue = this.queue.then(async () => {
      try {
        await house.send(this.person.id, line.message);
      } catch (refused) {
        Object.assign(line, { failed: refused.message, pending: false });
        this.draw();
      }
      await this.ask();
    });
  }

  again(line) {
    Object.assign(line, { failed: "", pending: true });
    this.draw();
    this.post(line);
  }

  tap(line, option) {
    this.say({ button: option.key, line: line.key }, { text: option.label });
  }

  // Sheets -------------------------------------------------------------------------------------------------------
  attach() {
    const items = [
      ["photo", "Photo", () => this.say({ media: "photo" }, { media: ["image"] })],
      ["voice", "Voice note", () => this.say({ media: "voice" }, { media: ["audio"] })],
      ["document", "Document", () => this.say({ media: "document" }, { media: ["application"] })],
    ];
    if (this.person.channel === "whatsapp") {
      items.push(["place", "My place (Wexmoor market)", () => this.say(MARKET, { media: ["location"] })]);
    }
    this.openSheet("Send a made-up...", items.map(([name, words, act]) => ({ parts: [icon(name), make("span", "", words)], act })));
  }

  choose(line) {
    const items = line.options.map((option) => ({
      parts: [label(option, line), make("span", "ring")],
      act: () => this.tap(line, option),
    }));
    this.openSheet("Choose one", items);
  }

  openSheet(title, items) {
    const sheet = this.$(".sheet");
    this.$(".sheet h2").textContent = title;
    sheet.setAttribute("aria-label", title);
    this.$(".sheet-items").replaceChildren(...items.map((item) => this.sheetItem(item)));
    this.before = document.activeElement;
    if (!sheet.open) sheet.show();
    this.$(".sheet-items button").focus();
  }

  sheetItem({ parts: inside, act }) {
    const button = make("button", "sheet-item");
    button.type = "button";
    button.append(...inside);
    button.addEventListener("click", () => {
      this.closeSheet();
      act();
    });
    return button;
  }

  closeSheet() {
    this.$(".sheet").close();
    (this.before?.isConnected ? this.before : this.box).focus();
  }
}

export function face(element, person) {
  element.textContent = [...person.label][0]?.toUpperCase() || "?";
  element.dataset.tint = person.id % 6;
}

export const spoken = (number) => number.replace(/^\+44(\d{4})(\d{3})(\d{3})$/, "0$1 $2 $3");

function total(lines, channel) {
  const sent = lines.filter((line) => line.from === "bot" && !hidden(line));
  const messages = sent.length === 1 ? "1 message" : `${sent.length} messages`;
  if (channel === "whatsapp") return `From the bot: ${messages}`;
  const segments = sent.reduce((sum, line) => sum + line.segments, 0);
  return `From the bot: ${messages}, ${parts(segments)}, about ${cost(segments)}`;
}

function withDays(lines, channel, draw) {
  let day = "";
  return lines.flatMap((line, index) => {
    const its = dayOf(line.at);
    const heading = its === day ? [] : [make("p", "day", channel === "sms" ? `${its}, ${clock(line.at)}` : its)];
    day = its;
    return [...heading, draw(line, index)];
  });
}

export function dayOf(at) {
  const day = new Date(at);
  if (day.toDateString() === new Date().toDateString()) return "Today";
  return day.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" });
}
