import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import type { ActionSchema, Context, Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import type { Config } from "../contracts/config.ts";
import type { GroupOf, StreamMessages, StreamName, TailOf } from "../contracts/streams.ts";

declare module "moleculer" {
  interface BrokerOptions {
    /** The checked environment, handed to every service as `this.config`. */
    config?: Config;
  }
}

/** One decoded entry of a stream. */
export interface Entry<Name extends StreamName = StreamName> {
  /** `ms-seq`; on ttlc:events this is the event's position. */
  readonly id: string;
  readonly message: StreamMessages[Name];
}

/** What every consumer of a durable group may set. */
interface Group<Name extends StreamName> {
  group: GroupOf<Name>;
  /** Most entries read at once. (Default: 200) */
  batchSize?: number;
  /**
   * Members of the group in this process, each of which works on a batch of its own: for a handler that mostly waits.
   * Entries are then handled out of order, as they are with several processes. (Default: 1)
   */
  members?: number;
  /**
   * Its members find everything in Postgres, whether or not they were given the entry: one that was trimmed before they
   * had it is no loss and leaves no letter. (Default: false)
   */
  isStored?: boolean;
  /**
   * For the service that owns a stream's positions: the highest one it has recorded, `ms-seq`, "0-0" if none. The
   * mixin asks whenever it creates the group and raises the stream to it, so that positions never fall back.
   */
  floor?(): Promise<string>;
}

/** Handles entries one by one, in order. */
interface SingleConsumer<Name extends StreamName> extends Group<Name> {
  /** Resolves once every side effect is durable; only then is the entry acknowledged. */
  handler(message: StreamMessages[Name], entry: Entry<Name>): Promise<void>;
}

/** Handles a batch as one effect, such as one transaction. */
interface BatchConsumer<Name extends StreamName> extends Group<Name> {
  /**
   * Resolves once the whole batch is durable. When it rejects, nothing may have been done: the mixin halves the
   * batch until the entry at fault is alone, so that one bad entry loses only itself.
   */
  batch(entries: readonly Entry<Name>[]): Promise<void>;
}

/** Turns each entry into one of another stream; both sides change in one ack-guarded script. */
interface HandOffConsumer<Name extends StreamName> extends Group<Name> {
  /** Must exist: entries wait in their group until its owner has created it. */
  to: StreamName;
  /** Pure. Throws PoisonMessageError for an entry that no retry can help. */
  map(message: StreamMessages[Name], entry: Entry<Name>): StreamMessages[StreamName];
}

/** Follows the present on a group of this node alone (`<tail>:<nodeID>`), never acknowledging (DESIGN rule 5). */
interface TailConsumer<Name extends StreamName> {
  tail: TailOf<Name>;
  /** What came since the last call; an entry may come twice, never out of order. */
  batch(entries: readonly Entry<Name>[]): void | Promise<void>;
  /**
   * Called before reading on whenever entries may have been missed: at start, on every connect, when the group was
   * gone or entries were trimmed unread. Must bring its own last position up to the present; reading goes on once it resolves.
   */
  catchUp(): Promise<void>;
}

export type Consumer<Name extends StreamName = StreamName> =
  | SingleConsumer<Name>
  | BatchConsumer<Name>
  | HandOffConsumer<Name>
  | TailConsumer<Name>;

export type Consumers = { [Name in StreamName]?: Consumer<Name> };

/** Moleculer's types leave out `merged`: called with the whole schema once all mixins are merged in. */
type MixinSchema = Partial<ServiceSchema> & { merged?(schema: ServiceSchema): void };

/** A schema fragment and, for the type checker only, what it adds to `this` of the services that use it. */
export type Mixin<Adds extends object = object> = Partial<ServiceSchema> & { readonly __adds?: Adds };

type AddedBy<Mixins> = Mixins extends readonly [Mixin<infer Adds>, ...infer Rest] ? Adds & AddedBy<Rest> : unknown;

type This<Settings, Vars, Mixins> = Service<Settings & ServiceSettingSchema> & { config: Config } & Vars &
  AddedBy<Mixins>;

type Actions<Params> = {
  [Name in keyof Params]: Omit<ActionSchema, "params" | "handler"> & {
    /** JSON Schema of `ctx.params`: the broker's validator enforces it, the type of `ctx.params` is derived from it. */
    params: Params[Name] & JSONSchema;
    /** In milliseconds, instead of the broker's `requestTimeout`; 0 for as long as it takes. */
    timeout?: number;
    handler(ctx: Context<Params[Name] extends JSONSchema ? FromSchema<Params[Name]> : never>): unknown;
  };
};

interface Definition<Settings, Vars, Mixins, Params> {
  name: string;
  mixins?: Mixins;
  dependencies?: string[];
  settings?: Settings & ServiceSettingSchema;
  /** Private state and collaborators, made fresh for each service instance. */
  vars?: () => Vars;
  consumes?: Consumers;
  actions?: Actions<Params>;
  // biome-ignore lint/suspicious/noExplicitAny: each event brings its own payload type
  events?: Record<string, (ctx: Context<any>) => void | Promise<void>>;
  started?(): void | Promise<void>;
  stopped?(): void | Promise<void>;
}

/**
 * A Moleculer service schema with `this` typed from `settings`, `vars` and `mixins`, and `ctx.params` typed from each
 * action's JSON Schema. Within `started`, mixins are up; `this.config` is the checked environment.
 */
export function defineService<
  const Params extends Record<string, JSONSchema> = Record<never, never>,
  Settings extends object = object,
  Vars extends object = object,
  const Mixins extends readonly Mixin[] = readonly [],
>(definition: Definition<Settings, Vars, Mixins, Params> & ThisType<This<Settings, Vars, Mixins>>): ServiceSchema {
  const { vars, ...schema } = definition;
  return {
    ...schema,
    created(this: Service & { config?: Config | undefined }) {
      this.config = this.broker.options.config;
      Object.assign(this, vars?.());
    },
  } as unknown as ServiceSchema;
}

/**
 * A Moleculer mixin with a typed `this`, and a promise to the services that mix it in:
 * after `defineMixin<Adds>()(…)` their `this` has everything in `Adds`.
 */
export const defineMixin =
  <Adds extends object>() =>
  (schema: MixinSchema & ThisType<Service & { config: Config } & Adds>): Mixin<Adds> =>
    schema;
