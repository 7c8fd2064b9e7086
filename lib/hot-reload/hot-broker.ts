import { basename, join } from "node:path";
import { type BrokerOptions, type Service, ServiceBroker, type ServiceSchema } from "moleculer";
import type { Config } from "../../contracts/config.ts";
import { knownServices } from "../service-files.ts";
import { stopInOrder } from "../stop-in-order.ts";
import { ModuleGraph } from "./module-graph.ts";
import { watchSources } from "./watch-sources.ts";

/** Where services and what they import live. */
const FOLDERS = ["contracts", "lib", "mixins", "services", "simulator"];

interface HotBrokerOptions {
  /** The checkout: `moleculer.config.ts` and the folders of the sources. */
  root: string;
  config: Config;
  /** Whether to run the service of this name. */
  wanted(name: string): boolean;
  /** Called when a service runs in a new version. */
  onReload?(name: string): void;
}

/**
 * A broker whose services follow their sources: a change to a service, or to anything it imports or reads, restarts
 * that service and nothing else; one to moleculer.config.ts, or to what it imports, restarts the broker. Until a
 * broken file is mended, the version before it goes on.
 */
export class HotBroker {
  readonly #options: HotBrokerOptions;
  readonly #configFile: string;
  readonly #graph: ModuleGraph;
  /** Service files to what runs of them. */
  readonly #running = new Map<string, Service>();
  /** Files that could not be loaded: tried again at every change, as what is wrong may be elsewhere. */
  readonly #broken = new Set<string>();
  #broker: LateStarter | undefined;
  #watcher: { close(): void } | undefined;
  /** One change after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: HotBrokerOptions) {
    this.#options = options;
    this.#configFile = join(options.root, "moleculer.config.ts");
    this.#graph = new ModuleGraph(options.root);
  }

  /** The broker of the present configuration. */
  get broker(): ServiceBroker {
    if (!this.#broker) throw new Error("the hot broker was not started");
    return this.#broker;
  }

  /** A service that cannot be loaded is reported and left out; rejects when the broker cannot be made or started. */
  async start(): Promise<void> {
    await this.#startBroker(await this.#brokerOptions());
    this.#watcher = watchSources(this.#options.root, FOLDERS, (files) => {
      this.#work = this.#work.then(() => this.#apply(files));
    });
  }

  async stop(): Promise<void> {
    this.#watcher?.close();
    await this.#work;
    if (this.#broker) await stopInOrder(this.#broker, this.#options.config.REDIS_URL);
    this.#graph.close();
  }

  async #startBroker(options: BrokerOptions): Promise<void> {
    this.#broker = new LateStarter(options);
    this.#running.clear();
    for (const file of this.#files()) await this.#attempt(file, async () => void (await this.#create(file)));
    await this.#broker.start();
  }

  async #apply(changed: readonly string[]): Promise<void> {
    const stale = this.#graph.invalidate([...changed, ...this.#broken]);
    if (stale.has(this.#configFile)) return this.#attempt(this.#configFile, () => this.#restartBroker());
    const files = this.#files();
    for (const file of this.#running.keys()) if (!files.includes(file)) await this.#remove(file);
    for (const file of files) {
      if (stale.has(file) || !this.#running.has(file)) await this.#attempt(file, () => this.#reload(file));
    }
  }

  /** Never rejects: what fails is reported and tried again at the next change. */
  async #attempt(file: string, task: () => Promise<void>): Promise<void> {
    this.#broken.delete(file);
    try {
      await task();
    } catch (err) {
      this.#broken.add(file);
      this.#log.error({ err }, `${basename(file)} cannot be loaded; waiting for the next change`);
    }
  }

  async #reload(file: string): Promise<void> {
    const service = await this.#create(file);
    await this.#broker?.lastStart;
    this.#log.info(`${basename(file)} reloaded`);
    this.#options.onReload?.(service.name);
  }

  /** In the place of its former version, which goes on when the new one cannot be imported. */
  async #create(file: string): Promise<Service> {
    const schema = (await this.#graph.import(file)).default as ServiceSchema;
    await this.#remove(file);
    const service = this.broker.createService(schema);
    this.#running.set(file, service);
    return service;
  }

  async #remove(file: string): Promise<void> {
    const service = this.#running.get(file);
    this.#running.delete(file);
    if (service) await this.broker.destroyService(service);
  }

  async #restartBroker(): Promise<void> {
    const options = await this.#brokerOptions();
    await this.broker.stop();
    await this.#startBroker(options);
    this.#log.info("broker restarted with its new configuration");
    for (const { name } of this.#running.values()) this.#options.onReload?.(name);
  }

  async #brokerOptions(): Promise<BrokerOptions> {
    const module = await this.#graph.import(this.#configFile);
    return (module.default as (config: Config) => BrokerOptions)(this.#options.config);
  }

  get #log() {
    return this.broker.getLogger("reload");
  }

  #files(): string[] {
    return [...knownServices(this.#options.root)].flatMap(([name, file]) => (this.#options.wanted(name) ? [file] : []));
  }
}

/** Lets one wait for the start of a service that is created while the broker runs; Moleculer keeps that to itself. */
class LateStarter extends ServiceBroker {
  lastStart: Promise<void> = Promise.resolve();

  override _restartService(service: Service): Promise<void> {
    this.lastStart = super._restartService(service);
    return this.lastStart;
  }
}
