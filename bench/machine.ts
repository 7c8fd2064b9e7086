import { cpus, loadavg } from "node:os";

/** Where and when a figure was measured: without it a figure says nothing. */
export function machine(): string {
  const [cpu] = cpus();
  const load = (loadavg()[0] as number).toFixed(1);
  return `${cpus().length} x ${cpu?.model.trim()}, Node ${process.versions.node}, load ${load}, ${new Date().toISOString()}`;
}
