import type { ModerationCapabilities, Resolution } from "../../../../contracts/moderation.ts";
import type { RuleActionItem } from "../../../../contracts/rule.ts";
import { type ApiError, apiError, isRepeated, moderationApi } from "../api.ts";
import { Paged } from "../paged.svelte.ts";
import { askToSignIn } from "../session.ts";
import { isUnderWay } from "./deeds.ts";
import { waiting } from "./waiting.svelte.ts";

/** How long the news of an action stay in sight. */
const TOAST_MS = 6_000;
/** Between two looks at an action whose end is not known yet. */
const LOOK_MS = 700;
/** It ends within a minute or so; after that the list tells when it is loaded anew. */
const LOOKS = 130;
const PAGE = 10;

/** Whom something is done to, why, and the event that it is because of. */
export interface Target {
  userId: string;
  name: string;
  reason: string;
  eventId: string | undefined;
}

/** An action, and to whom. */
interface News {
  actionId: string;
  name: string;
  /** It was done before, rather than now. */
  before: boolean;
}

/** What moderators do to people in one room, and what becomes of it. */
export class Moderation {
  /** null: in none, where something can be taken back and closed all the same. */
  readonly streamId: string | null;
  /** null: not known yet. */
  capabilities = $state.raw<ModerationCapabilities | null>(null);
  /** Why the last wish was not fulfilled, or what may be done here is not known. */
  refusal = $state.raw<ApiError | null>(null);
  failure = $state.raw<ApiError | null>(null);
  busy = $state(false);
  /** Of the person whose card is open, the newest first. */
  list = $state.raw<Paged<RuleActionItem> | null>(null);
  #news = $state.raw<News | null>(null);
  /** The newest that is known of each action that was touched here. */
  #known = $state.raw<Readonly<Record<string, RuleActionItem>>>({});
  #userId: string | null = null;
  #hiding: ReturnType<typeof setTimeout> | undefined;
  readonly #looking = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(streamId: string | null) {
    this.streamId = streamId;
  }

  readonly items = $derived.by(() => {
    const listed = this.list?.items ?? [];
    const ids = new Set(listed.map(({ actionId }) => actionId));
    const newer = Object.values(this.#known).filter(
      ({ actionId, userId }) => userId === this.#userId && !ids.has(actionId),
    );
    return [...newer, ...listed.map((item) => this.#known[item.actionId] ?? item)].sort(newestFirst);
  });

  /** What was done last, for six seconds, and once more when its end is known. */
  get news(): (Omit<News, "actionId"> & { item: RuleActionItem; all: RuleActionItem[] }) | null {
    const item = this.#news && this.#known[this.#news.actionId];
    if (!item || !this.#news) return null;
    const { name, before } = this.#news;
    return { item, name, before, all: Object.values(this.#known) };
  }

  /** The card of somebody is opened. */
  async open(userId: string) {
    this.#userId = userId;
    this.refusal = null;
    this.forget();
    this.list = new Paged((after) => moderationApi.actionsOn(userId, PAGE, after));
    await Promise.all([this.list.load(), this.load()]);
  }

  async load() {
    this.failure = null;
    if (this.streamId === null) return;
    try {
      this.capabilities = await moderationApi.capabilities(this.streamId);
    } catch (error) {
      this.failure = apiError(error);
      askToSignIn(this.failure);
    }
  }

  async timeOut(target: Target, seconds: ModerationCapabilities["seconds"][number]): Promise<boolean> {
    const wish = this.#wish(target);
    return wish !== null && this.#do(target.name, () => moderationApi.timeOut({ ...wish, seconds }));
  }

  async ban(target: Target): Promise<boolean> {
    const wish = this.#wish(target);
    return wish !== null && this.#do(target.name, () => moderationApi.ban(wish));
  }

  /** Shows what takes it back, and then also that it is taken back. */
  undo({ actionId }: RuleActionItem, name: string): Promise<boolean> {
    return this.#do(name, async () => {
      const undoing = await moderationApi.undo(actionId);
      this.#put(await moderationApi.action(actionId));
      return undoing;
    });
  }

  resolve({ actionId }: RuleActionItem, outcome: Resolution["outcome"], name: string): Promise<boolean> {
    return this.#do(name, () => moderationApi.resolve(actionId, outcome));
  }

  /** As it is known newest: what was touched here since `listed` was loaded counts. */
  newest(listed: RuleActionItem): RuleActionItem {
    return this.#known[listed.actionId] ?? listed;
  }

  /** What is listed anew is newer than what was known, but for the news. */
  forget() {
    this.#known = this.news ? { [this.news.item.actionId]: this.news.item } : {};
  }

  hide() {
    clearTimeout(this.#hiding);
    this.#news = null;
  }

  /** The page is left. */
  stop() {
    this.hide();
    for (const timer of this.#looking.values()) clearTimeout(timer);
    this.#looking.clear();
  }

  #wish({ userId, reason, eventId }: Target) {
    const { streamId } = this;
    return streamId === null ? null : { streamId, userId, reason, ...(eventId !== undefined && { eventId }) };
  }

  /** One wish at a time: a key that is held down does nothing twice. */
  async #do(name: string, ask: () => Promise<RuleActionItem>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.refusal = null;
    try {
      const item = await ask();
      this.#put(item);
      const news = { actionId: item.actionId, name, before: isRepeated(item) };
      this.#tell(news);
      if (isUnderWay(item)) this.#look(news, LOOKS);
      if (item.reason === "no_capability") void waiting.refresh();
      return true;
    } catch (error) {
      this.refusal = apiError(error);
      askToSignIn(this.refusal);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #tell(news: News) {
    clearTimeout(this.#hiding);
    this.#news = news;
    this.#hiding = setTimeout(() => this.hide(), TOAST_MS);
  }

  /** Asks for its end. That is news once more, and what it takes back has changed too. */
  #look(news: News, left: number) {
    const { actionId } = news;
    const look = async () => {
      const item = await moderationApi.action(actionId).catch(() => undefined);
      if (!this.#looking.has(actionId)) return;
      this.#put(item);
      if ((!item || isUnderWay(item)) && left > 1) return this.#look(news, left - 1);
      this.#looking.delete(actionId);
      if (this.#news?.actionId === actionId || item?.state !== "done") this.#tell(news);
      if (item?.undoes) this.#put(await moderationApi.action(item.undoes).catch(() => undefined));
    };
    this.#looking.set(actionId, setTimeout(look, LOOK_MS));
  }

  #put(item: RuleActionItem | undefined) {
    if (item) this.#known = { ...this.#known, [item.actionId]: item };
  }
}

const newestFirst = (one: RuleActionItem, other: RuleActionItem) =>
  Date.parse(other.decidedAt) - Date.parse(one.decidedAt) || Number(other.actionId) - Number(one.actionId);
