// The types of openapi-typescript, at a real server.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./obj/api.js";

// One member, and no cast: a change requires nothing.
const change: components["schemas"]["ChangeEventRequest"] = { description: "A quartet" };
const cheaper: components["schemas"]["ChangeTicketTypeRequest"] = { price: 0 };
// What may be null and what may not.
const cleared: components["schemas"]["ChangeEventRequest"] = { venue: null, publication: null };
// @ts-expect-error A name is not cleared.
const nameless: components["schemas"]["ChangeEventRequest"] = { name: null };
// @ts-expect-error There is no such status.
const status: components["schemas"]["BookingStatus"] = "lapsed";

const baseUrl = process.argv[2]!;
const name = `ts-${randomUUID().slice(0, 12)}`;
const registered = await createClient<paths>({ baseUrl }).POST("/api/auth/register", { body: { username: name, email: `${name}@example.com`, password: "plum-orchard-violin-9", role: "organizer" } });
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${registered.data!.accessToken}` } });
const made = await api.POST("/api/events", {
  body: { name: "Strings", date: "2030-03-15T20:00", timeZone: "Europe/Vienna", location: "Vienna", totalCapacity: 5, ticketTypes: [{ name: "Seat", price: 18.5, quantityTotal: 5 }] },
});
const id = made.data!.id;
const changed = await api.PATCH("/api/events/{id}", { params: { path: { id } }, body: change });
assert.deepEqual([changed.response.status, changed.data?.name, changed.data?.description], [200, "Strings", "A quartet"]);
const free = await api.PATCH("/api/events/{eventId}/ticket-types/{id}", { params: { path: { eventId: id, id: made.data!.ticketTypes[0]!.id } }, body: cheaper });
assert.deepEqual([free.data?.name, free.data?.price], ["Seat", 0]);
assert.equal((await api.PATCH("/api/events/{id}", { params: { path: { id } }, body: cleared })).response.status, 200);
const refused = await api.PATCH("/api/events/{id}", { params: { path: { id } }, body: nameless });
assert.deepEqual([refused.response.status, refused.error?.code, Object.keys(refused.error?.errors ?? {})], [400, "validation_failed", ["name"]]);
const listed = await api.GET("/api/me/bookings", { params: { query: { status: ["pending", "confirmed"], sortBy: "date" } } });
assert.deepEqual(listed.data?.data, []);
console.log("openapi-typescript walked", status.length);
