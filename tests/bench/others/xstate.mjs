// The same five turns as an XState machine, restored from JSON and moved on by its pure transition function.
import { createRequire } from "node:module";
import { choices, chosen, listed, serve } from "./rounds.mjs";

const { assign, createMachine, initialTransition, transition } = createRequire(`${process.cwd()}/`)("xstate");

await serve((brief) => {
  const languages = choices(brief.names);
  const topics = {};
  const confirms = {};
  for (const [code, text] of Object.entries(brief.texts)) {
    topics[code] = choices(text.topics);
    confirms[code] = choices(text.confirms, text.yes, text.no);
  }
  const language = ({ event }) => chosen(event.text, languages);
  const topic = ({ context, event }) => chosen(event.text, topics[context.language]);
  const confirm = ({ context, event }) => chosen(event.text, confirms[context.language]);

  const machine = createMachine({
    id: "talk",
    initial: "hello",
    context: {},
    states: {
      hello: { on: { text: "language" } },
      language: {
        on: {
          text: {
            target: "topic",
            guard: (given) => language(given) !== undefined,
            actions: assign({ language: (given) => brief.spoken[language(given)] }),
          },
        },
      },
      topic: {
        on: {
          text: { target: "story", guard: (given) => topic(given) !== undefined, actions: assign({ topic }) },
        },
      },
      story: { on: { text: { target: "confirm", actions: assign({ story: ({ event }) => event.text.trim() }) } } },
      confirm: {
        on: {
          text: [
            { target: "sent", guard: (given) => confirm(given) === 0 },
            { target: "left", guard: (given) => confirm(given) === 1 },
          ],
        },
      },
      sent: { type: "final" },
      left: { type: "final" },
    },
  });

  const says = {
    language: () => listed(brief.language, brief.names),
    topic: (text) => listed(text.topic, text.topics),
    story: (text) => text.story,
    confirm: (text) => listed(text.confirm, text.confirms),
    sent: (text) => text.thanks,
    left: (text) => text.fine,
  };
  const fresh = JSON.stringify(initialTransition(machine)[0]);

  return (talk) => {
    let kept = fresh;
    return talk.map((text) => {
      const [state] = transition(machine, machine.resolveState(JSON.parse(kept)), { type: "text", text });
      kept = JSON.stringify(state);
      return says[state.value](brief.texts[state.context.language]);
    });
  };
});
