// What both Node entrants of the race do: see rounds.py. Run in the folder where their packages are installed.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Play all talks once and print what was said; then, for each number read, play so many and print the cost. */
export async function serve(prepare) {
  const brief = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const converse = await prepare(brief);
  const said = [];
  for (const talk of brief.talks) said.push(await converse(talk));
  console.log(JSON.stringify({ said }));
  let next = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const began = cpuSeconds();
    let turns = 0;
    for (let left = Number(line); left > 0; left -= 1) {
      turns += (await converse(brief.talks[next])).length;
      next = (next + 1) % brief.talks.length;
    }
    console.log(JSON.stringify({ turns, cpu_s: cpuSeconds() - began }));
  }
}

/** Every way to choose that these talks use, and the index of what it means. */
export function choices(labels, ...synonyms) {
  const found = new Map(labels.map((_, at) => [String(at + 1), at]));
  synonyms.forEach((words, at) => words.forEach((word) => found.set(word, at)));
  labels.forEach((label, at) => found.set(label.toLowerCase(), at));
  return found;
}

/** The index of what was chosen, or undefined. */
export const chosen = (text, ways) => ways.get(text.trim().replace(/\.+$/, "").toLowerCase());

/** A question with its numbered answers. */
export const listed = (question, labels) =>
  [question, ...labels.map((label, at) => `${at + 1}. ${label}`)].join("\n");
