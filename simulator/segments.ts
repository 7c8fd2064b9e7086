import { armies, type Battle, battle, type Side } from "./battle-messages.ts";
import { createHost, type Viewer } from "./crowd.ts";
import { type GiftKind, giftKinds } from "./gifts.ts";
import { hostLines } from "./languages.ts";
import { audience, caption, deletion, envelope, goal, intro, pin, poll } from "./room-messages.ts";
import { type Act, pace, type Stage, somebody, somebodyWho } from "./stage.ts";

/** The parts of a LIVE that come round again, each by its own clock. */

/** Plays `act` after `firstMs` and then about every `everyMs`. */
function repeat(stage: Stage, firstMs: number, everyMs: number, act: Act): void {
  stage.later(firstMs, () => {
    repeat(stage, pace(stage, everyMs * (0.8 + 0.4 * stage.random.next())), everyMs, act);
    return act(stage);
  });
}

/** Sets all of them going. */
export function scheduleSegments(stage: Stage): void {
  const { random, rate } = stage;
  const usualViewers = (150 + 15 * rate) * (0.7 + 0.9 * random.next());
  const startedAt = stage.now;

  stage.later(0, () => intro(stage.host, stage.newId(), "Welcome! This is a simulated LIVE."));
  repeat(stage, 200, 5_000, () => countViewers(stage, usualViewers, stage.now - startedAt));
  repeat(stage, 4_000, 9_000, () => caption(random.pick(hostLines), stage.now));
  repeat(stage, 8_000, 20_000, reachForGoal(stage));
  repeat(stage, 25_000, 150_000, () => pinChat(stage));
  repeat(stage, 35_000, 200_000, () => holdPoll(stage));
  repeat(stage, 50_000, 70_000, () => stage.lastChat && deletion(stage.lastChat.common.msgId));
  repeat(stage, 60_000, 330_000, () => fightBattle(stage));
  repeat(stage, 90_000, 240_000, () => leaveEnvelope(stage));
}

/** The viewers come in over the first minutes and follow the mood of the room. */
function countViewers({ totals, tempo, crowd, random }: Stage, usual: number, elapsedMs: number) {
  const arrived = 1 - 0.6 * Math.exp(-elapsedMs / 120_000);
  const wanted = usual * arrived * (0.85 + 0.15 * tempo);
  const change = (wanted - totals.viewers) * 0.2 + (random.next() - 0.5) * 0.04 * wanted;
  totals.viewers = Math.max(10, Math.round(totals.viewers + change));
  totals.totalViewers = Math.max(totals.totalViewers + random.int(0, 6), totals.viewers);
  return audience({ viewers: totals.viewers, totalViewers: totals.totalViewers, top: crowd.topGivers(5) });
}

function reachForGoal(stage: Stage): Act {
  const newGoal = (target: number, from: number) => ({ id: stage.newId(), target, from });
  let current = newGoal(100, 0);
  return ({ totals, host }) => {
    const progress = Math.min(totals.roses - current.from, current.target);
    const { id, target } = current;
    if (progress === target) current = newGoal(target * 2, totals.roses);
    return goal({ id, kind: giftKinds[0] as GiftKind, progress, target }, totals.lastGiver ?? host);
  };
}

function pinChat(stage: Stage) {
  const chat = stage.lastChat;
  if (!chat) return undefined;
  const moderator = stage.random.pick(stage.crowd.moderators);
  stage.later(60_000, ({ now }) => pin(chat, moderator, now, false));
  return pin(chat, moderator, stage.now, true);
}

const pollTitles = [
  ["What should I play next?", "something slow", "something fast", "your own song"],
  ["Pineapple on pizza?", "yes 🍍", "no 🙅"],
  ["One more hour?", "yes!!", "go to bed 😴"],
] as const;

function holdPoll(stage: Stage) {
  const { random, now, host } = stage;
  const [title, ...answers] = random.pick(pollTitles);
  const options = answers.map((text) => ({ text, votes: 0 }));
  const running = { id: stage.newId(), title, options, startedAt: now, endsAt: now + 45_000 };
  const count: Act = () => {
    if (stage.now >= running.endsAt) return poll("end", running, host);
    for (const option of options) option.votes += random.int(0, Math.ceil(stage.totals.viewers / 40));
    stage.later(pace(stage, 5_000), count);
    return poll("votes", running, host);
  };
  stage.later(pace(stage, 5_000), count);
  return poll("start", running, host);
}

function leaveEnvelope(stage: Stage) {
  const { random, now, roomId } = stage;
  const giver = somebody(stage);
  const opensAt = now + random.int(30_000, 60_000);
  const content = {
    id: stage.newId(),
    diamonds: random.pick([20, 50, 100, 500]),
    people: random.int(5, 30),
    roomId,
    opensAt,
  };
  stage.later(opensAt - now, () => envelope(giver, content, false));
  return envelope(giver, content, true);
}

const rivals = ["nightjar_live", "sofia.sings", "k_dancer99", "tokyo.walks"];

/** Both hosts' viewers fight with gifts; the score comes every few seconds. */
function fightBattle(stage: Stage) {
  const { random, now, host } = stage;
  const sides: [Side, Side] = [
    { host, points: 0, army: fighters(stage) },
    { host: createHost(random.pick(rivals)), points: 0, army: fighters(stage) },
  ];
  const fight: Battle = { id: stage.newId(), startedAt: now, durationMs: 90_000, sides };
  const update: Act = () => {
    if (stage.now >= now + fight.durationMs) return battle(fight, true);
    for (const side of sides) score(stage, side);
    stage.later(pace(stage, 3_000), update);
    return armies(fight);
  };
  stage.later(pace(stage, 3_000), update);
  return battle(fight, false);
}

function fighters(stage: Stage): { viewer: Viewer; points: number }[] {
  const viewers = new Set<Viewer>();
  for (let i = 0; i < 3; i++) {
    const viewer = somebodyWho(stage, (one) => !viewers.has(one));
    if (viewer) viewers.add(viewer);
  }
  return Array.from(viewers, (viewer) => ({ viewer, points: 0 }));
}

function score({ random }: Stage, side: Side): void {
  const fighter = random.pick(side.army);
  fighter.points += Math.ceil(random.wait(120));
  side.points = side.army.reduce((sum, { points }) => sum + points, 0);
}
