// Reads calendar files with ical.js: a JSON array of texts on standard input, a JSON array of what they say on standard output.
import ICAL from "ical.js";

let text = "";
for await (const part of process.stdin.setEncoding("utf8")) text += part;

const time = (at) => ({ seconds: at.toUnixTime(), local: at.toString().replace("Z", "") });

const read = (file) => {
  const calendar = new ICAL.Component(ICAL.parse(file));
  const entries = calendar.getAllSubcomponents("vevent");
  if (entries.length !== 1) throw new Error(`${entries.length} entries`);
  const entry = new ICAL.Event(entries[0]);
  return {
    method: calendar.getFirstPropertyValue("method"),
    uid: entry.uid,
    sequence: entry.sequence,
    status: entries[0].getFirstPropertyValue("status"),
    summary: entry.summary,
    location: entry.location,
    description: entry.description,
    start: time(entry.startDate),
    end: time(entry.endDate),
  };
};

process.stdout.write(JSON.stringify(JSON.parse(text).map(read)));
