// What a text costs to send by SMS, while it is being typed. The rule is bot/language/segments.py, and a test holds
// both to the same vectors.
const GSM = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

export function measure(text) {
  const characters = [...text];
  if (characters.every((one) => GSM.has(one) || EXTENSION.has(one))) {
    const septets = characters.map((one) => (EXTENSION.has(one) ? 2 : 1));
    return size("GSM-7", septets, 160, 153);
  }
  return size("UCS-2", pieces(text, 67).map((one) => one.length), 70, 67);
}

function size(encoding, costs, whole, part) {
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  const segments = units <= whole ? 1 : packed(costs, part);
  return { encoding, units, segments, left: (segments === 1 ? whole : segments * part) - units };
}

function pieces(text, limit) {
  return [...graphemes.segment(text)].flatMap(({ segment }) => (segment.length <= limit ? [segment] : [...segment]));
}

function packed(costs, room) {
  let segments = 1;
  let used = 0;
  for (const cost of costs) {
    used += cost;
    if (used > room) {
      segments += 1;
      used = cost;
    }
  }
  return segments;
}
