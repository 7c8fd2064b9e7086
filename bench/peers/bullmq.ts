import { createRequire } from "node:module";
import type { UnifiedEvent } from "../../contracts/unified-event.ts";
import { addressOf, chunks, type Job, type Stages } from "./job.ts";

const require = createRequire(import.meta.url);
const CONCURRENCY = 100;

/** Durable jobs, each with a state of its own. Who finishes a job gets the next one with the same script. */
export async function startBullmq({ redisUrl, touch, sink }: Job): Promise<Stages> {
  const { Queue, Worker } = require("bullmq");
  const connection = { ...addressOf(redisUrl), maxRetriesPerRequest: null };
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
  const [a, b] = ["a", "b"].map((name) => new Queue(name, { connection, defaultJobOptions }));
  const options = { connection, concurrency: CONCURRENCY };
  const workers = [
    new Worker("a", async ({ data }: { data: UnifiedEvent }) => void (await b.add("event", touch(data))), options),
    new Worker("b", async ({ data }: { data: UnifiedEvent }) => sink(data), options),
  ];
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    async send(events) {
      for (const chunk of chunks(events)) await a.addBulk(chunk.map((data) => ({ name: "event", data })));
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([a.close(), b.close()]);
    },
  };
}
