type Task = () => unknown;

/** What has to be undone at the end: last first, each whatever became of the others, once. */
export class Undo {
  readonly #tasks: Task[] = [];
  #running: Promise<void> | undefined;

  /** What comes after the end is undone at once. */
  add(task: Task): void {
    if (this.#running !== undefined) void undo(task);
    else this.#tasks.push(task);
  }

  run(): Promise<void> {
    this.#running ??= this.#all();
    return this.#running;
  }

  async #all(): Promise<void> {
    for (const task of this.#tasks.toReversed()) await undo(task);
  }
}

async function undo(task: Task): Promise<void> {
  try {
    await task();
  } catch (error) {
    console.error("could not tidy up:", error);
  }
}
