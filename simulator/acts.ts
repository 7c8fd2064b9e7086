import type { Viewer } from "./crowd.ts";
import { type GiftKind, giftKinds, pickGift } from "./gifts.ts";
import {
  chat,
  emoteChat,
  follow,
  gift,
  join,
  like,
  question,
  share,
  subscribe,
  subscriberJoined,
  superFan,
  teamLevel,
} from "./person-messages.ts";
import { type Act, type Stage, somebody, somebodyWho } from "./stage.ts";

/** What people do of their own accord. */

const emoteIds = ["7016625431537293092", "7016625431537293093", "7016625431537293094"];

const says: Act = (stage) => {
  const { random } = stage;
  const viewer = somebody(stage);
  return chat(viewer, {
    content: random.pick(viewer.language.lines),
    mentioned: random.chance(0.06) ? somebodyWho(stage, (other) => other !== viewer) : undefined,
    emoteId: viewer.isSubscriber && random.chance(0.2) ? random.pick(emoteIds) : undefined,
  });
};

/** Tapping: one person's likes come in several messages, each with the room's growing total. */
const likes: Act = (stage) => {
  const { random } = stage;
  const viewer = somebody(stage);
  let rest = random.int(0, 3);
  const tap: Act = ({ totals }) => {
    const count = rest > 0 ? 15 : random.int(1, 15);
    if (rest-- > 0) stage.later(random.int(800, 2_000), tap);
    totals.likes += count;
    return like(viewer, count, totals.likes);
  };
  return tap(stage);
};

const gives: Act = (stage) => {
  const viewer = somebody(stage);
  const kind = pickGift(stage.random);
  if (kind.streakable) return streak(stage, viewer, kind);
  receive(stage, viewer, kind, 1);
  return gift(viewer, { kind, count: 1, groupId: "0", isEnd: false });
};

/** A streak counts up in progress frames; the end frame repeats the last count some seconds later. */
function streak(stage: Stage, viewer: Viewer, kind: GiftKind) {
  const { random, now } = stage;
  const total = random.chance(0.08) ? random.int(20, 99) : random.int(1, 9);
  const groupId = String(now);
  let count = 0;
  const step: Act = () => {
    const given = Math.min(total - count, random.int(1, 1 + Math.floor(total / 10)));
    count += given;
    receive(stage, viewer, kind, given);
    if (count < total) stage.later(random.int(250, 900), step);
    else stage.later(random.int(1_500, 3_000), () => gift(viewer, { kind, count, groupId, isEnd: true }));
    return gift(viewer, { kind, count, groupId, isEnd: false });
  };
  return step(stage);
}

function receive({ totals }: Stage, viewer: Viewer, kind: GiftKind, count: number): void {
  viewer.given += kind.diamonds * count;
  viewer.gifterLevel = Math.max(viewer.gifterLevel, 1);
  totals.diamonds += kind.diamonds * count;
  totals.lastGiver = viewer;
  if (kind === giftKinds[0]) totals.roses += count;
}

const joins: Act = (stage) => {
  stage.totals.totalViewers += stage.random.int(1, 4);
  return join(stage.crowd.newcomer(stage.random), stage.totals.viewers);
};

const follows: Act = (stage) => {
  const viewer = somebodyWho(stage, ({ isFollower }) => !isFollower);
  if (!viewer) return undefined;
  viewer.isFollower = true;
  return follow(viewer, stage.host, ++stage.totals.followers);
};

const shares: Act = (stage) => share(somebody(stage), ++stage.totals.shares);

const subscribes: Act = (stage) => {
  const viewer = somebody(stage);
  const isNew = !viewer.isSubscriber;
  Object.assign(viewer, { isSubscriber: true, isFollower: true, months: viewer.months + 1 });
  if (isNew) stage.later(400, ({ totals }) => subscriberJoined(viewer, totals.viewers));
  return subscribe(viewer);
};

const emotes: Act = (stage) => {
  const viewer = somebodyWho(stage, ({ isSubscriber }) => isSubscriber);
  return viewer && emoteChat(viewer, stage.random.pick(emoteIds));
};

const asks: Act = (stage) => {
  const viewer = somebody(stage);
  return question(viewer, stage.newId(), stage.random.pick(viewer.language.questions), stage.now);
};

const levelsUp: Act = (stage) => {
  const viewer = somebodyWho(stage, ({ isFollower }) => isFollower);
  if (!viewer) return undefined;
  viewer.teamLevel = Math.min(viewer.teamLevel + 1, 50);
  return teamLevel(viewer);
};

const becomesSuperFan: Act = (stage) => superFan(somebody(stage));

const acts = { says, likes, joins, gives, follows, shares, emotes, asks, levelsUp, subscribes, becomesSuperFan };
type Weights = Readonly<Record<keyof typeof acts, number>>;

const usual: Weights = {
  says: 40,
  likes: 16,
  joins: 22,
  gives: 3,
  follows: 4,
  shares: 3,
  emotes: 3,
  asks: 0.5,
  levelsUp: 0.4,
  subscribes: 0.4,
  becomesSuperFan: 0.1,
};
/** When it is busy people tap and give; when it is quiet they chat and wander in. */
const excited: Weights = { ...usual, likes: 30, gives: 7, follows: 6 };

/** Whatever somebody in the room does next. */
export const anything: Act = (stage) => acts[stage.random.weighted(stage.tempo > 1 ? excited : usual)](stage);
