import { randomUUID } from "node:crypto";
import type { LetterDetail } from "../../contracts/letters.ts";
import { ask } from "../../lib/ask.ts";
import { defineService } from "../../lib/define-service.ts";
import { unpackPosition } from "../../lib/position.ts";
import { postgres } from "../../mixins/postgres.mixin.ts";
import { streams as streamsMixin } from "../../mixins/streams.mixin.ts";
import { sessionAccount } from "./account.ts";
import { analytics } from "./analytics.ts";
import { changeKey, findKey, keyChannels, keys, makeKey, revokeKey, rotateKey } from "./api-keys.ts";
import { auditLog, recordAudit } from "./audit.ts";
import { belongs } from "./belongs.ts";
import { boundary, highestPosition } from "./boundary.ts";
import { channel } from "./channel.ts";
import { channelAnalytics } from "./channel-analytics.ts";
import { channels, oneChannel } from "./channels.ts";
import { keepLetters } from "./dead-letters.ts";
import { EventLog } from "./event-log.ts";
import { feed, recent } from "./feed.ts";
import { history, streamHistory, userHistory } from "./history.ts";
import { roles } from "./inherited.ts";
import { job, jobs } from "./jobs.ts";
import { latest } from "./latest.ts";
import { cancelJob, findJob, listJobs, startJob } from "./letter-jobs.ts";
import { maskLetter } from "./letter-mask.ts";
import { LetterRunner } from "./letter-runner.ts";
import { tryLetter } from "./letter-trial.ts";
import { countLetters, findLetter, letterCauses, letters, lettersByState, lineageOf } from "./letters.ts";
import { addNote, notes, removeNote } from "./notes.ts";
import { oneEvent } from "./one-event.ts";
import { openSessions } from "./open-sessions.ts";
import { params } from "./params.ts";
import { past } from "./past.ts";
import { people, profile } from "./profile.ts";
import { rebuild } from "./rebuild.ts";
import { advanceReplays, changeReplay, openReplays, replay, reportReplay, startReplay } from "./replays.ts";
import { seed } from "./seed.ts";
import { session, sessions } from "./sessions.ts";
import { someEvents } from "./some-events.ts";
import { totals } from "./stats.ts";
import { stream, streams } from "./streams.ts";
import { sendBack, takeBack } from "./take-back.ts";
import { target } from "./target.ts";
import { unwantRoom, wantedRooms, wantRoom } from "./wanted-rooms.ts";

/** Appends every canonical event to Postgres, once, and answers what is there. The only writer of event tables. */
export default defineService({
  name: "storage",
  mixins: [streamsMixin, postgres],
  vars: () => ({ log: new EventLog(), jobs: new LetterRunner(), stopping: new AbortController() }),

  consumes: {
    "ttlc:events": {
      group: "storage",
      batchSize: 1_000,
      members: 2, // while Postgres stores one batch, the next is made ready
      async batch(entries) {
        await this.log.append(this.db, entries);
        await advanceReplays(this.db, entries);
      },
      async floor() {
        return unpackPosition(await highestPosition(this.db));
      },
    },
    "ttlc:dlq": {
      group: "ops",
      batch(entries) {
        return keepLetters(this.db, entries);
      },
    },
  },

  actions: {
    boundary: {
      params: params.none,
      async handler() {
        return { position: unpackPosition(await boundary(this.redis, this.db)) };
      },
    },
    feed: {
      params: params.feed,
      handler({ params }) {
        return feed(this.db, params, () => boundary(this.redis, this.db));
      },
    },
    past: {
      params: params.past,
      handler({ params }) {
        return past(this.db, params);
      },
    },
    latest: {
      params: params.latest,
      handler({ params }) {
        return latest(this.db, params);
      },
    },
    recent: {
      params: params.recent,
      handler({ params }) {
        return recent(this.db, params);
      },
    },
    history: {
      params: params.history,
      handler({ params }) {
        return history(this.db, params, () => boundary(this.redis, this.db));
      },
    },
    streamHistory: {
      params: params.streamHistory,
      handler({ params }) {
        return streamHistory(this.db, params, () => boundary(this.redis, this.db));
      },
    },
    event: {
      params: params.event,
      handler({ params }) {
        return oneEvent(this.db, params, new Date());
      },
    },
    events: {
      params: params.events,
      handler({ params }) {
        return someEvents(this.db, params);
      },
    },
    userHistory: {
      params: params.userHistory,
      handler({ params }) {
        return userHistory(this.db, params, () => boundary(this.redis, this.db));
      },
    },
    user: {
      params: params.user,
      handler({ params }) {
        return profile(this.db, params);
      },
    },
    users: {
      params: params.users,
      handler({ params }) {
        return people(this.db, params);
      },
    },
    target: {
      params: params.target,
      handler({ params }) {
        return target(this.db, params);
      },
    },
    notes: {
      params: params.notes,
      handler({ params }) {
        return notes(this.db, params);
      },
    },
    addNote: {
      params: params.addNote,
      handler({ params }) {
        return addNote(this.db, params);
      },
    },
    removeNote: {
      params: params.removeNote,
      handler({ params }) {
        return removeNote(this.db, params);
      },
    },
    roles: {
      params: params.roles,
      handler({ params }) {
        return roles(this.db, params);
      },
    },
    streams: {
      params: params.page,
      handler({ params }) {
        return streams(this.db, params);
      },
    },
    stream: {
      params: params.stream,
      handler({ params }) {
        return stream(this.db, params);
      },
    },
    sessions: {
      params: params.sessions,
      handler({ params }) {
        return sessions(this.db, params);
      },
    },
    session: {
      params: params.session,
      handler({ params }) {
        return session(this.db, params);
      },
    },
    analytics: {
      params: params.analytics,
      handler({ params }) {
        return analytics(this.db, params);
      },
    },
    channelAnalytics: {
      params: params.channelAnalytics,
      handler({ params }) {
        return channelAnalytics(this.db, params);
      },
    },
    sessionAccount: {
      params: params.session,
      handler({ params }) {
        return sessionAccount(this.db, params);
      },
    },
    belongs: {
      params: params.belongs,
      handler({ params }) {
        return belongs(this.db, params);
      },
    },
    channels: {
      params: params.page,
      handler({ params }) {
        return channels(this.db, params);
      },
    },
    oneChannel: {
      params: params.oneChannel,
      handler({ params }) {
        return oneChannel(this.db, params);
      },
    },
    channel: {
      params: params.channel,
      handler({ params }) {
        return channel(this.db, params);
      },
    },
    wantRoom: {
      params: params.wantRoom,
      handler({ params }) {
        return wantRoom(this.db, params);
      },
    },
    unwantRoom: {
      params: params.room,
      handler({ params }) {
        return unwantRoom(this.db, params);
      },
    },
    wantedRooms: {
      params: params.none,
      handler() {
        return wantedRooms(this.db);
      },
    },
    openSessions: {
      params: params.openSessions,
      handler({ params }) {
        return openSessions(this.db, params);
      },
    },
    seed: {
      params: params.seed,
      handler({ params }) {
        return seed(this.db, params);
      },
    },
    startReplay: {
      params: params.startReplay,
      handler({ params }) {
        return startReplay(this.db, params, () => boundary(this.redis, this.db));
      },
    },
    replay: {
      params: params.session,
      handler({ params }) {
        return replay(this.db, params);
      },
    },
    openReplays: {
      params: params.none,
      handler() {
        return openReplays(this.db);
      },
    },
    reportReplay: {
      params: params.reportReplay,
      handler({ params }) {
        return reportReplay(this.db, params);
      },
    },
    changeReplay: {
      params: params.changeReplay,
      handler({ params }) {
        return changeReplay(this.db, params);
      },
    },
    jobs: {
      params: params.page,
      handler({ params }) {
        return jobs(this.db, params, new Date());
      },
    },
    job: {
      params: params.job,
      handler({ params }) {
        return job(this.db, params, new Date());
      },
    },
    rebuild: {
      params: params.rebuild,
      timeout: 0, // as long as it takes to read all events
      handler({ params }) {
        return rebuild(this.db, params, this.stopping.signal);
      },
    },
    letters: {
      params: params.letters,
      handler({ params }) {
        return letters(this.db, params);
      },
    },
    letterCauses: {
      params: params.letters,
      handler({ params }) {
        return letterCauses(this.db, params);
      },
    },
    letter: {
      params: params.letter,
      /** One letter, what is personal in it hidden, with what would happen if it were redriven now. */
      async handler({ params }): Promise<LetterDetail | null> {
        const letter = await findLetter(this.db, params);
        if (!letter) return null;
        const trial = await tryLetter(letter, {
          db: this.db,
          log: this.log,
          normalize: (fields) => ask(this.broker, "normalizer.preview", { fields }),
          deliver: (letter) => ask(this.broker, "forwarder.rehearse", letter),
          decide: (letter) => ask(this.broker, "rules.rehearse", letter),
          now: new Date(),
        });
        return { ...maskLetter(letter), lineage: await lineageOf(this.db, params), trial };
      },
    },
    countLetters: {
      params: params.countLetters,
      handler({ params }) {
        return countLetters(this.db, params);
      },
    },
    startLetterJob: {
      params: params.startLetterJob,
      async handler({ params }) {
        const job = await startJob(this.db, params);
        void this.jobs.look();
        return job;
      },
    },
    letterJob: {
      params: params.letterJob,
      handler({ params }) {
        return findJob(this.db, params);
      },
    },
    letterJobs: {
      params: params.page,
      handler({ params }) {
        return listJobs(this.db, params);
      },
    },
    cancelLetterJob: {
      params: params.letterJob,
      handler({ params }) {
        return cancelJob(this.db, params);
      },
    },
    redrive: {
      params: params.redrive,
      /** Takes dead letters of its own back. What a job calls. */
      handler({ params }) {
        return takeBack(this.log, this.db, params.letters);
      },
    },
    findKey: {
      params: params.findKey,
      handler({ params }) {
        return findKey(this.db, params);
      },
    },
    keys: {
      params: params.keys,
      handler({ params }) {
        return keys(this.db, params);
      },
    },
    makeKey: {
      params: params.makeKey,
      handler({ params }) {
        return makeKey(this.db, params);
      },
    },
    changeKey: {
      params: params.changeKey,
      handler({ params }) {
        return changeKey(this.db, params);
      },
    },
    rotateKey: {
      params: params.rotateKey,
      handler({ params }) {
        return rotateKey(this.db, params);
      },
    },
    revokeKey: {
      params: params.revokeKey,
      handler({ params }) {
        return revokeKey(this.db, params);
      },
    },
    keyChannels: {
      params: params.keyChannels,
      handler({ params }) {
        return keyChannels(this.db, params);
      },
    },
    recordAudit: {
      params: params.recordAudit,
      handler({ params }) {
        return recordAudit(this.db, params);
      },
    },
    auditLog: {
      params: params.auditLog,
      handler({ params }) {
        return auditLog(this.db, params);
      },
    },
    stats: {
      params: params.none,
      async handler() {
        const position = unpackPosition(await highestPosition(this.db));
        const letters = await lettersByState(this.db);
        return { ...this.log.counts, ...(await totals(this.db)), letters, position };
      },
    },
  },

  async started() {
    await this.log.prepare(this.db, new Date());
    this.jobs.use({
      db: this.db,
      owner: randomUUID(),
      send: (service, request) => sendBack(this.broker, service, request),
      logger: this.logger,
    });
  },

  async stopped() {
    this.stopping.abort();
    await this.jobs.stop();
  },
});
