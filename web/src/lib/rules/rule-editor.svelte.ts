import type { Rule, RuleDraft, RuleProblem } from "../../../../contracts/rule.ts";
import { type ApiError, apiError, ruleApi } from "../api.ts";
import { askToSignIn } from "../session.ts";
import { draftOf, formOf, type GivenDraft, type RuleForm } from "./form.ts";

/** A rule while somebody writes it: the form, what is wrong with it, and whether somebody else was faster. */
export class RuleEditor {
  form = $state() as RuleForm;
  /** As it is stored; null: not yet. */
  rule = $state.raw<Rule | null>(null);
  problems = $state.raw<RuleProblem[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** What is in the form is of an older version than what is stored. */
  isBehind = $state(false);
  busy = $state(false);
  isSaved = $state(false);
  /** The form as it was read or saved. */
  #kept = $state.raw("");

  constructor(from: Rule | GivenDraft) {
    this.#fill(from);
    if ("ruleId" in from) this.rule = from;
  }

  /** Whether something would be lost. */
  get isChanged(): boolean {
    return JSON.stringify(this.form) !== this.#kept;
  }

  /** Whether something would be lost if the form told `next`: not what that says as well. */
  wouldLose(next: GivenDraft): boolean {
    return this.isChanged && JSON.stringify(this.form) !== JSON.stringify(formOf(next));
  }

  /** What the form says; what is missing is marked. Null: something is. */
  draft() {
    const { draft, problems } = draftOf($state.snapshot(this.form) as RuleForm);
    this.problems = problems;
    return draft;
  }

  /** @param channelId of a new rule */
  save(channelId: string): Promise<void> {
    return this.#act(async () => {
      const draft = this.draft();
      if (!draft) return;
      const { rule } = this;
      this.#show(await (rule ? update(rule, draft) : ruleApi.create(channelId, draft)));
      this.isSaved = true;
    });
  }

  /** After somebody was faster: what they saved, or what is here on top of it. */
  settle(whose: "theirs" | "mine"): Promise<void> {
    return this.#act(async () => {
      const { rule } = this;
      if (!rule) return;
      const theirs = await ruleApi.get(rule.ruleId);
      const draft = whose === "mine" ? this.draft() : null;
      if (whose === "theirs") this.#show(theirs);
      else if (draft) this.#show(await ruleApi.update(rule.ruleId, theirs.version, draft));
      this.isSaved = draft !== null;
    });
  }

  /** Whether it is gone. */
  async remove(): Promise<boolean> {
    const { rule } = this;
    if (!rule) return false;
    await this.#act(() => remove(rule));
    const isGone = this.error === null && !this.isBehind;
    if (isGone) this.#fill(rule);
    return isGone;
  }

  /** Lets what is in the form run beside what is stored. The version stays the one that was read. */
  shadow(): Promise<void> {
    return this.#act(async () => {
      const [draft, { rule }] = [this.draft(), this];
      if (draft && rule) this.rule = { ...rule, ...(await ruleApi.shadow(rule.ruleId, draft)), version: rule.version };
    });
  }

  unshadow(): Promise<void> {
    return this.#act(async () => {
      if (!this.rule) return;
      const { shadow: _, ...rule } = this.rule;
      await ruleApi.unshadow(rule.ruleId);
      this.rule = rule;
    });
  }

  /** Makes the shadow what counts. */
  promote(): Promise<void> {
    return this.#act(async () => {
      const { rule } = this;
      if (!rule?.shadow) return;
      this.#show(await ruleApi.promote(rule.ruleId, rule.version, rule.shadow.since));
      this.isSaved = true;
    });
  }

  /** Fills the form with an older version, which counts when it is saved. */
  takeOver(draft: GivenDraft) {
    this.form = formOf(draft);
    this.problems = [];
    this.isSaved = false;
  }

  #show(rule: Rule) {
    this.rule = rule;
    this.#fill(rule);
    this.isBehind = false;
  }

  #fill(from: GivenDraft) {
    this.form = formOf(from);
    this.#kept = JSON.stringify(this.form);
  }

  async #act(what: () => Promise<void>) {
    this.busy = true;
    this.error = null;
    this.isSaved = false;
    this.problems = [];
    try {
      await what();
    } catch (reason) {
      const error = apiError(reason);
      this.problems = problemsOf(error);
      this.isBehind = error.status === 412;
      if (!this.isBehind && !askToSignIn(error)) this.error = error;
    } finally {
      this.busy = false;
    }
  }
}

/** What is stored already as it would be saved is nobody else's change: it was saved, and the answer was lost. */
async function update({ ruleId, version }: Rule, draft: RuleDraft): Promise<Rule> {
  try {
    return await ruleApi.update(ruleId, version, draft);
  } catch (error) {
    const stored = apiError(error).status === 412 ? await ruleApi.get(ruleId) : null;
    if (stored && JSON.stringify(formOf(stored)) === JSON.stringify(formOf(draft))) return stored;
    throw error;
  }
}

/** One that is gone already is no failure. */
const remove = ({ ruleId, version }: Rule): Promise<void> =>
  ruleApi.remove(ruleId, version).then(
    () => {},
    (error) => {
      if (apiError(error).status !== 404) throw error;
    },
  );

/** What is wrong, by where it stands: an address that nothing is sent to is the webhook's. */
const problemsOf = ({ code, message, problems }: ApiError): RuleProblem[] =>
  code === "EGRESS_REFUSED" ? [{ path: "action.url", message }] : problems;

let made: RuleEditor | null = null;

/** A rule that was just made: the page of it goes on with its editor, and with what that says. */
export const madeRule = {
  keep(editor: RuleEditor): void {
    made = editor;
  },
  take(ruleId: string): RuleEditor | null {
    const kept = made;
    made = null;
    return kept?.rule?.ruleId === ruleId ? kept : null;
  },
};
