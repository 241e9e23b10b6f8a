// The client of hey-api: files go out and come in as files.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { client } from "./obj/hey/client.gen.js";
import { getEventCalendar, importEvents, listOwnEvents, register } from "./obj/hey/sdk.gen.js";

client.setConfig({ baseUrl: process.argv[2]! });
const name = `hey-${randomUUID().slice(0, 12)}`;
const registered = await register({ body: { username: name, email: `${name}@example.com`, password: "plum-orchard-violin-9", role: "organizer" } });
client.setConfig({ auth: registered.data!.accessToken });

const table = new Blob(["name,date,location,totalCapacity\nOne,2031-03-15T20:00:00Z,Vienna,10\n"]);
const checked = await importEvents({ body: table, query: { dryRun: true }, headers: { "Content-Type": "text/csv" } });
assert.deepEqual([checked.data?.rows, checked.data?.imported], [1, 0]);
const lines = new File(['{"name":"Two","date":"2031-03-15T20:00:00Z","location":"Vienna","totalCapacity":10}\n'], "events.ndjson");
assert.equal((await importEvents({ body: lines })).data?.imported, 1);

const own = await listOwnEvents({ query: { status: ["upcoming"] } });
assert.deepEqual(own.data?.data.map((event) => event.name), ["Two"]);
const calendar = await getEventCalendar({ path: { id: own.data!.data[0]!.id } });
const text = calendar.data instanceof Blob ? await calendar.data.text() : String(calendar.data);
assert.ok(text.startsWith("BEGIN:VCALENDAR"), text);
console.log("hey-api walked");
