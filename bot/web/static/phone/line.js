// One message on the screen. Everything a person or the bot wrote goes in as text, never as HTML.
const pence = Number(document.body.dataset.pence);
const LINKS = /(https?:\/\/[^\s<>]+[^\s<>.,;:!?)]|(?:\+44 ?|\b0)\d[\d ]{7,11}\d\b)/;
const SVG = "http://www.w3.org/2000/svg";
const ERRORS = { failed: "could not be sent", undelivered: "could not be delivered", canceled: "was not sent" };
const WAITING = new Set(["waiting", "sending_now"]);

export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
export const hidden = (line) => line.from === "bot" && WAITING.has(line.status);
export const cost = (segments) => (segments * pence < 100 ? `${segments * pence}p` : `£${((segments * pence) / 100).toFixed(2)}`);
export const parts = (segments) => (segments === 1 ? "1 part" : `${segments} parts`);

export function build(line, { channel, answered, onButton, onList, onAgain }) {
  if (line.from === "bot" && ERRORS[line.status]) return failure(line);
  const row = make("div", `line from-${line.from}`);
  row.dataset.key = line.key;
  const bubble = make("div", "bubble");
  row.append(bubble);
  bubble.append(voiceOver(line), ...media(line), ...words(line), foot(line, channel, answered));
  if (line.shape === "buttons") row.append(buttons(line, onButton));
  if (line.shape === "list") row.append(listButton(line, onList));
  row.append(under(line, channel, onAgain));
  return row;
}

function failure(line) {
  const code = line.error_code ? ` (error ${line.error_code})` : "";
  const row = make("p", "line gap", `A message from the bot ${ERRORS[line.status]}${code}.`);
  row.dataset.key = line.key;
  return row;
}

const voiceOver = (line) => make("span", "hear-only", line.from === "bot" ? "The bot: " : "You: ");

// A text that nobody has translated yet stays English: only what is written in her script is marked as her language.
const SCRIPTS = { ur: /\p{Script=Arabic}/u, bn: /\p{Script=Bengali}/u };

function speak(element, language, text) {
  if (language && (!SCRIPTS[language] || SCRIPTS[language].test(text))) element.lang = language;
}

function words(line) {
  const shown = line.shape === "text" ? line.text : line.prompt || line.text;
  if (!shown) return [];
  const element = make("p", "words");
  element.dir = "auto";
  speak(element, line.language, shown);
  element.append(...shown.split(LINKS).filter(Boolean).map(linked));
  return [element];
}

function linked(piece) {
  if (/^https?:/.test(piece)) {
    const link = make("a", "", piece);
    link.href = piece;
    link.target = "_blank";
    link.rel = "noreferrer";
    return link;
  }
  return LINKS.test(piece) ? make("bdi", "number", piece) : document.createTextNode(piece);
}

const KINDS = { image: "photo", audio: "voice", application: "document", location: "place" };
const NAMES = { photo: "Photo", voice: "Voice note, 7 seconds", document: "Document", place: "A place, not kept" };

function media(line) {
  return line.media.map((type) => {
    const kind = KINDS[type] || "photo";
    const tile = make("div", `media media-${kind}`);
    tile.append(kind === "voice" ? icon("play") : icon(kind));
    if (kind === "voice") tile.append(wave());
    tile.append(make("span", "media-name", kind === "voice" ? "0:07" : NAMES[kind]));
    return tile;
  });
}

function wave() {
  const bars = make("span", "wave");
  bars.append(...Array.from({ length: 22 }, (_, place) => make("i", `h${(place * 7 + place * place) % 5}`)));
  return bars;
}

function foot(line, channel, answered) {
  const element = make("span", "foot");
  const time = make("time", "", clock(line.at));
  time.dateTime = new Date(line.at).toISOString();
  element.append(time);
  if (line.from === "person" && channel === "whatsapp") element.append(ticks(line, answered));
  return element;
}

function ticks(line, answered) {
  if (line.failed) return "";
  if (line.pending) return mark("clock", "not sent yet");
  return answered ? mark("ticks", "read", "blue") : mark("ticks", "delivered");
}

function mark(name, said, extra = "") {
  const element = make("span", `ticks ${extra}`);
  element.append(icon(name), make("span", "hear-only", said));
  return element;
}

const STATUSES = { sent: ["tick", "sent"], delivered: ["ticks", "delivered"], read: ["ticks", "read", "blue"] };

function under(line, channel, onAgain) {
  const element = make("p", "under");
  if (line.failed) return again(element, line, onAgain);
  if (line.from === "person") return line.pending && channel === "sms" ? withText(element, "Sending") : element;
  const status = STATUSES[line.status] || ["clock", "on its way"];
  if (channel === "sms") element.append(`${parts(line.segments)}, ${line.encoding}, about ${cost(line.segments)}`, make("span", "dot"));
  element.append(mark(...status), make("span", "", status[1]));
  element.querySelector(".hear-only").remove();
  return element;
}

function withText(element, text) {
  element.append(text);
  return element;
}

function again(element, line, onAgain) {
  const button = make("button", "again", `${line.failed} Send again`);
  button.type = "button";
  button.addEventListener("click", () => onAgain(line));
  element.append(button);
  return element;
}

function buttons(line, onButton) {
  const group = make("div", "options");
  for (const option of line.options) {
    const button = make("button", "option");
    button.type = "button";
    button.append(icon("reply"), label(option, line));
    button.addEventListener("click", () => onButton(line, option));
    group.append(button);
  }
  return group;
}

function listButton(line, onList) {
  const group = make("div", "options");
  const button = make("button", "option");
  button.type = "button";
  button.append(icon("list"), make("span", "", `See ${line.options.length} choices`));
  button.addEventListener("click", () => onList(line));
  group.append(button);
  return group;
}

export function label(option, line) {
  const element = make("span", "", option.label);
  element.dir = "auto";
  speak(element, line.language, option.label);
  return element;
}
