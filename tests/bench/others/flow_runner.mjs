// The same five turns as a FLOIP flow: four questions and two messages, its context through JSON each turn.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { choices, chosen, listed, serve } from "./rounds.mjs";

const { createContextDataObjectFor, FlowRunner, ResourceResolver, SupportedMode } = createRequire(
  `${process.cwd()}/`,
)("@floip/flow-runner");

console.info = () => {}; // the runner speaks of every question that is still open, which is every turn
const MODE = SupportedMode.TEXT;

/** The id of a text: the specification wants a UUID, and takes all else for the text itself. */
const ids = new Map();
function idOf(name) {
  if (!ids.has(name)) ids.set(name, randomUUID());
  return ids.get(name);
}

/** A text in all languages, as the specification keeps it. */
function resource(name, texts) {
  const values = Object.entries(texts).map(([language_id, value]) => {
    return { language_id, content_type: "TEXT", modes: [MODE], value };
  });
  return { uuid: idOf(name), values };
}

function selectOne(uuid, labels, exits) {
  const choices = Object.fromEntries(labels.map((_, at) => [`choice${at}`, idOf(`${uuid}.${at}`)]));
  const config = { prompt: idOf(uuid), choices };
  return { uuid, name: uuid, type: "MobilePrimitives.SelectOneResponse", config, exits };
}

const exit = (uuid, destination_block, rest = { default: true }) => ({ uuid, destination_block, ...rest });

function message(uuid) {
  const config = { prompt: idOf(uuid) };
  return { uuid, name: uuid, type: "MobilePrimitives.Message", config, exits: [exit(`${uuid}!`)] };
}

function flowFor(brief) {
  const english = brief.texts.en;
  const open = { uuid: "story", name: "story", type: "MobilePrimitives.OpenResponse" };
  const isYes = { test: 'block.value = "choice0"', default: false };
  return {
    uuid: "talk",
    name: "talk",
    languages: brief.spoken,
    supported_modes: [MODE],
    blocks: [
      selectOne("language", brief.names, [exit("language!", "topic")]),
      selectOne("topic", english.topics, [exit("topic!", "story")]),
      { ...open, config: { prompt: idOf("story") }, exits: [exit("story!", "confirm")] },
      selectOne("confirm", english.confirms, [exit("yes!", "thanks", isYes), exit("no!", "fine")]),
      message("thanks"),
      message("fine"),
    ],
  };
}

function resourcesFor(brief) {
  const each = (give) => Object.fromEntries(brief.spoken.map((code) => [code, give(brief.texts[code] ?? brief.texts.en)]));
  const every = (uuid, labels) => labels.map((_, at) => resource(`${uuid}.${at}`, each((text) => text[`${uuid}s`][at])));
  return [
    resource("language", each(() => brief.language)),
    ...brief.names.map((name, at) => resource(`language.${at}`, each(() => name))),
    ...["topic", "story", "confirm", "thanks", "fine"].map((uuid) => resource(uuid, each((text) => text[uuid]))),
    ...every("topic", brief.texts.en.topics),
    ...every("confirm", brief.texts.en.confirms),
  ];
}

await serve(async (brief) => {
  const flows = [flowFor(brief)];
  const resources = resourcesFor(brief);
  const languages = choices(brief.names);
  const ways = {};
  for (const [code, text] of Object.entries(brief.texts)) {
    ways[code] = { topic: choices(text.topics), confirm: choices(text.confirms, text.yes, text.no) };
  }
  const contact = { id: "1", name: "her", created_at: "2026-01-01" };

  // The flows and their texts are the same for everyone: they are left out of what is kept.
  const write = (context) => JSON.stringify({ ...context, flows: undefined, resources: undefined });
  const read = (kept) => Object.assign(JSON.parse(kept), { flows, resources });
  const fresh = write(await createContextDataObjectFor(contact, [], "user", "org", flows, "en", MODE, resources));

  function says(context, prompt) {
    const resources = new ResourceResolver(context);
    const asked = resources.resolve(prompt.config.prompt).getText();
    // The labels hold no expressions, and reading them as they stand is much cheaper.
    const labels = prompt.config.choices?.map((choice) => resources.resolve(choice.value).get("TEXT"));
    return labels ? listed(asked, labels) : asked;
  }

  /** The value that the host gives to the open prompt: the runner itself takes a choice's key only. */
  function meant(context, { interaction, prompt }, words) {
    if (!prompt.config.choices) return words.trim();
    const asked = interaction.block_id;
    const at = chosen(words, asked === "language" ? languages : ways[context.language_id][asked]);
    if (asked === "language") context.language_id = brief.spoken[at];
    return `choice${at}`;
  }

  async function takeTurn(kept, words) {
    const context = read(kept);
    const runner = new FlowRunner(context);
    if (context.cursor) {
      const cursor = runner.hydrateRichCursorFrom(context);
      cursor.prompt.value = meant(context, cursor, words);
    }
    const { interaction, prompt } = await runner.run();
    const said = says(context, prompt);
    if (interaction.type === "MobilePrimitives.Message") {
      prompt.value = null; // it has been shown
      await runner.run();
    }
    return [write(context), said];
  }

  return async (talk) => {
    let kept = fresh;
    const replies = [];
    for (const words of talk) {
      const [next, said] = await takeTurn(kept, words);
      kept = next;
      replies.push(said);
    }
    return replies;
  };
});
