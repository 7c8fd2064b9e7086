import { freePort } from "../../lib/servers/ports.ts";
import { type Started, startProgram } from "./start.ts";
import { temporaryFolder } from "./temporary.ts";

/** Services of ttlc in a process of their own, as an operator runs them, on the test's own servers. */
export interface Ttlc extends Started {
  /** Of the gateway, if it runs in this process. */
  url: string;
  key: string;
  /** GET as the administrator; throws on any status but 200. */
  get<Answer>(path: string): Promise<Answer>;
  /** kill -9. */
  kill(): Promise<unknown>;
}

const ADMIN_KEY = "acceptance-test-admin-key";

/** Where this TikTok is, for ttlc's environment. */
export const hostsOf = ({ url }: { url: string }): Record<string, string> => ({
  SIGN_API_URL: url,
  TIKTOK_WEB_HOST: url,
  TIKTOK_WEBCAST_HOST: url,
});

/** @param env at least REDIS_URL and DATABASE_URL; TTLC_SERVICES chooses the services */
export async function startTtlc(env: Record<string, string>, args: readonly string[] = []): Promise<Ttlc> {
  const port = env.API_PORT ?? (await freePort());
  const program = startProgram(
    "start",
    {
      TTLC_DATA_DIR: await temporaryFolder(),
      TTLC_ADMIN_KEY: ADMIN_KEY,
      LOG_LEVEL: "warn",
      API_PORT: String(port),
      ...env,
    },
    args,
  );
  await program.says(/^Services .*$/m);
  const url = `http://127.0.0.1:${port}`;
  return {
    ...program,
    url,
    key: ADMIN_KEY,
    async get(path) {
      const response = await fetch(url + path, { headers: { "x-api-key": ADMIN_KEY } });
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return response.json() as never;
    },
    kill: () => program.signal("SIGKILL"),
  };
}
