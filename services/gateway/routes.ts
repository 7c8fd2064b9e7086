import * as analytics from "./handlers/analytics.ts";
import { log as auditLog } from "./handlers/audit.ts";
import * as auth from "./handlers/auth.ts";
import * as backtests from "./handlers/backtests.ts";
import * as channels from "./handlers/channels.ts";
import { app, appFile, docs, home } from "./handlers/dashboard.ts";
import * as destinations from "./handlers/destinations.ts";
import { documents } from "./handlers/documents.ts";
import { events } from "./handlers/events.ts";
import * as exports from "./handlers/exports.ts";
import * as jobs from "./handlers/jobs.ts";
import * as keys from "./handlers/keys.ts";
import * as letters from "./handlers/letters.ts";
import * as moderation from "./handlers/moderation.ts";
import * as overlays from "./handlers/overlays.ts";
import * as people from "./handlers/people.ts";
import * as replays from "./handlers/replays.ts";
import * as trials from "./handlers/rule-trials.ts";
import * as rules from "./handlers/rules.ts";
import * as sessions from "./handlers/sessions.ts";
import * as shadows from "./handlers/shadows.ts";
import * as status from "./handlers/status.ts";
import * as streams from "./handlers/streams.ts";
import * as team from "./handlers/team.ts";
import type { Route } from "./route.ts";

/** Everything that can be reached: a path that is not here does not exist. */
export const table: readonly Route[] = [
  ...[home, app, appFile, docs],
  ...[status.alive, status.health, status.ready, status.meta, status.drift, status.metrics],
  ...[auth.login, auth.me, auth.logout, auth.ticket],
  ...[channels.list, channels.detail],
  ...[streams.list, streams.connect, streams.detail, streams.disconnect, streams.history, events],
  ...[sessions.list, sessions.detail, sessions.history, sessions.ledger],
  ...[people.list, people.profile, people.history, people.notes, people.addNote, people.removeNote],
  ...[moderation.timeout, moderation.ban, moderation.undo],
  ...[moderation.capabilities, moderation.open, moderation.resolve],
  ...[analytics.ofSession, analytics.ofStream, analytics.ofChannel, exports.ofSession, exports.ofStream],
  ...[jobs.list, jobs.detail, jobs.pause, jobs.resume, jobs.edit, jobs.stop],
  ...[letters.list, letters.jobs, letters.job, letters.cancel, letters.redrive, letters.discard, letters.detail],
  ...[destinations.list, destinations.create, destinations.detail, destinations.change, destinations.remove],
  ...[destinations.test, destinations.rotateSecret, destinations.enable, destinations.deliveries],
  ...[replays.ofStream, replays.ofSession, replays.status, replays.cancel],
  ...[rules.list, rules.create, rules.webhookSecret],
  ...[trials.test, trials.explain, backtests.ofDraft, backtests.ofRule, backtests.status, backtests.cancel],
  ...[rules.detail, rules.update, rules.remove, rules.versions, rules.actions, rules.action],
  ...[shadows.begin, shadows.end, shadows.diff, shadows.promote],
  ...[keys.list, keys.create, keys.update, keys.rotate, keys.revoke],
  ...[team.list, team.add, team.update, team.rotate, team.remove],
  ...[overlays.list, overlays.create, overlays.rotate, overlays.revoke],
  auditLog,
  ...documents(() => table),
];

const closed = table.filter(({ right }) => right !== "anybody");

/** The table as moleculer-web takes it. */
export const routes = [
  { name: "open", ...asAliases(table.filter(({ right }) => right === "anybody")) },
  { name: "closed", authentication: true, ...asAliases(closed.filter(({ tickets }) => !tickets)) },
  { name: "feeds", authentication: "authenticateFeed", ...asAliases(closed.filter(({ tickets }) => tickets)) },
];

function asAliases(some: Route[]) {
  const pairs = some.flatMap(({ path, alias }) => {
    // What can be read can be asked for without its body: Node leaves that out.
    return path.startsWith("GET ")
      ? [[path, alias] as const, [path.replace("GET", "HEAD"), alias] as const]
      : [[path, alias] as const];
  });
  return {
    path: "/",
    mappingPolicy: "restrict",
    bodyParsers: false, // handlers read bodies themselves, once they know who asks
    mergeParams: false,
    aliases: Object.fromEntries(pairs),
  };
}
