import { AsyncLocalStorage } from "node:async_hooks";
import { format, styleText } from "node:util";
import { type BrokerOptions, Loggers, type Middleware } from "moleculer";
import { type LoggerOptions, stdTimeFunctions } from "pino";
import type { Config } from "../contracts/config.ts";
import { createRedact, type Redact, secretsOf } from "./redact.ts";

type Level = Config["LOG_LEVEL"];

/** What one log call says: pino's `(fields, message)`, whatever form it was written in. */
interface Entry {
  fields: Record<string, unknown>;
  message: string;
}

const scope = new AsyncLocalStorage<string | undefined>();

/** Keeps the correlation id of the call or event being handled, for every line that is logged meanwhile. */
export const requestScope: Middleware = {
  name: "RequestScope",
  localAction: (next) =>
    function (ctx) {
      return scope.run(ctx.requestID ?? undefined, () => next.call(this, ctx));
    },
  localEvent: (next) => (ctx) => scope.run(ctx.requestID ?? undefined, () => next(ctx)),
};

/** The broker's logger: pino's JSON lines, or text for a terminal. Neither writes a secret. */
export function brokerLogger(config: Config): NonNullable<BrokerOptions["logger"]> {
  const redact = createRedact(secretsOf(config));
  if (config.LOG_FORMAT === "text") return new TextLogger(logLevel(config) as Level, redact);
  return { type: "Pino", options: { pino: { options: pinoOptions(redact) } } };
}

/** Least severe level per module. In text, Moleculer's own modules speak from `warn` on unless more is asked for. */
export function logLevel(config: Config): NonNullable<BrokerOptions["logLevel"]> {
  if (config.LOG_FORMAT === "json" || config.LOG_LEVEL !== "info") return config.LOG_LEVEL;
  const core = ["BROKER", "REGISTRY", "TRANSIT", "DISCOVERY", "TRANSPORTER", "METRICS", "TRACER", "$NODE"];
  return { ...Object.fromEntries(core.map((module) => [module, "warn" as const])), "**": config.LOG_LEVEL };
}

/**
 * Moleculer logs like console (`error("text", err)`), ttlc like pino (`error({ err }, "text")`). pino drops the extra
 * arguments of the first form, error included, so that every call is brought into the second.
 */
export function foldArguments([first, ...rest]: readonly unknown[]): Entry {
  if (first instanceof Error) return { fields: { err: first }, message: rest.length ? format(...rest) : first.message };
  if (typeof first === "object" && first !== null) {
    const fields = Array.isArray(first) ? { data: first } : { ...first };
    const { err } = fields as { err?: unknown };
    return { fields, message: rest.length ? format(...rest) : err instanceof Error ? err.message : "" };
  }
  if (typeof first === "string" && /%[sdifjoOc]/.test(first)) return { fields: {}, message: format(first, ...rest) };
  const err = rest.find((argument) => argument instanceof Error);
  const others = rest.filter((argument) => argument !== err);
  const only = others.length === 1 && typeof others[0] === "object" ? others.pop() : undefined;
  const fields = Array.isArray(only) ? { data: only } : { ...(only as object | null | undefined) };
  return { fields: err ? { ...fields, err } : fields, message: format(first, ...others) };
}

function pinoOptions(redact: Redact): LoggerOptions {
  return {
    base: undefined as never,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    serializers: { err: (err) => err }, // redacted already
    mixin: () => ({ requestID: scope.getStore() }),
    hooks: {
      logMethod(args, method) {
        const { fields, message } = foldArguments(args);
        method.call(this, redact.value(fields), redact.text(message));
      },
    },
  };
}

/** Moleculer's own words in the name of a service: the start says which services run. */
const ROUTINE = /^(Service '[^']+' (started|stopped)\.|Waiting for service\(s\) .*|Service\(s\) .* are available\.)$/;

/** One readable line per fact, `time LEVEL module message key=value`, an error's stack below it. */
class TextLogger extends Loggers.Base<{ level?: Level }> {
  readonly #redact: Redact;

  constructor(level: Level, redact: Redact) {
    super({ level });
    this.#redact = redact;
  }

  override getLogHandler(bindings: { mod: string }) {
    const least = Loggers.LEVELS.indexOf(this.getLogLevel(bindings.mod) ?? "info");
    return (level: Level, args: unknown[]) => {
      const { fields, message } = foldArguments(args);
      if (Loggers.LEVELS.indexOf(level === "info" && ROUTINE.test(message) ? "debug" : level) > least) return;
      const safe = this.#redact.value({ ...fields, requestID: scope.getStore() }) as Record<string, unknown>;
      process.stdout.write(
        textLine(new Date(), level, bindings.mod, { fields: safe, message: this.#redact.text(message) }),
      );
    };
  }
}

/** The line that `TextLogger` writes; colours only where the terminal takes them. */
export function textLine(now: Date, level: Level, module: string, { fields, message }: Entry): string {
  const { err, ...others } = fields;
  const values = Object.entries(others).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}=${shown(value)}`,
  );
  const head = [
    paint("gray", now.toTimeString().slice(0, 8)),
    paint(colours[level], level.toUpperCase().padEnd(5)),
    paint("cyan", module.toLowerCase().padEnd(10)),
    oneLine(message),
    ...values.map((value) => paint("gray", value)),
  ].join(" ");
  return `${head}\n${err === undefined ? "" : errorLines(err)}`;
}

const colours = {
  fatal: "magenta",
  error: "red",
  warn: "yellow",
  info: "green",
  debug: "blue",
  trace: "gray",
} as const;

const paint = (colour: Parameters<typeof styleText>[0], text: string): string =>
  styleText(colour, text, { stream: process.stdout });

function errorLines(err: unknown): string {
  const { stack, message, cause } = (typeof err === "object" && err !== null ? err : { message: String(err) }) as {
    stack?: string;
    message?: string;
    cause?: unknown;
  };
  const lines = (stack || message || "").split("\n").map((line) => `    ${oneLine(line)}\n`);
  return lines.join("") + (cause === undefined ? "" : `    caused by\n${errorLines(cause)}`);
}

function shown(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return oneLine(value);
  return oneLine(JSON.stringify(value) ?? "");
}

/** Texts from outside must not move the cursor or forge a line. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
