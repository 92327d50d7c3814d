import {
  type ActiveRuns,
  decideBeginnings,
  exclusiveKeyOf,
  type PoolUse,
  poolsOfPlan,
  priorityOf,
  type QueuedRun,
  type QueueSurvey,
} from "@dagwright/storage";
import { queueDecision, type QueueLimits } from "@dagwright/workspace";
import { QueueLineOfRuns } from "./queue-line.ts";
import type { SimulatedRun } from "./simulated-run.ts";

/** Most runs of one look; another follows. */
const mostAtOnce = 500;

/** The run queue in memory, with the decisions of the real one: limits, priorities, pools, and jobs that skip, queue or replace. */
export class SimulatedQueue {
  readonly #decision: ReturnType<typeof queueDecision>;
  readonly #limitedTags: readonly string[];
  readonly #pools: readonly PoolUse[];
  readonly #runs = new Map<string, { readonly run: SimulatedRun; readonly queued: QueuedRun }>();
  /** By location, of runs that nothing holds back. */
  readonly #lines = new Map<string, QueueLineOfRuns>();
  /** By what holds them back. */
  readonly #heldBack = new Map<string, QueueLineOfRuns>();
  /** Runs under way that the decision cannot tell apart. */
  readonly #active = new Map<string, { readonly facts: Omit<ActiveRuns, "count">; count: number }>();
  readonly #exclusive = new Map<string, SimulatedRun>();
  readonly #replacing = new Map<string, { readonly id: SimulatedRun["id"]; readonly key: string }>();

  constructor(limits: QueueLimits, pools: readonly PoolUse[]) {
    this.#decision = queueDecision(limits, mostAtOnce);
    this.#limitedTags = this.#decision.limitedTags;
    this.#pools = pools.map((pool) => ({ ...pool, claimed: 0 }));
  }

  get waiting(): number {
    return this.#runs.size;
  }

  /** @returns false for a run that does not start, because another one of its job is under way */
  submit(simulated: SimulatedRun): boolean {
    const { run, id } = simulated;
    const exclusiveKey = exclusiveKeyOf(run);
    const occupants = exclusiveKey === null ? [] : this.#occupantsOf(exclusiveKey);
    const [beginning] = decideBeginnings([run], { kind: "queue" }, occupants);
    if (beginning?.status === "CANCELED") return false;
    const queued: QueuedRun = {
      id,
      location: run.location,
      tags: Object.fromEntries(this.#limitedTags.flatMap((key) => (key in run.tags ? [[key, run.tags[key]!]] : []))),
      pools: poolsOfPlan(run.plan),
      exclusiveKey,
      priority: priorityOf(run),
      enqueuedAtMs: simulated.enqueuedAtMs,
    };
    this.#runs.set(id, { run: simulated, queued });
    lineOf(this.#lines, run.location).add(queued);
    if (exclusiveKey !== null && run.jobSnapshot.whenRunning?.policy === "replace")
      this.#replacing.set(id, { id, key: exclusiveKey });
    return true;
  }

  /** A run that is under way where the simulation begins. */
  begin(run: SimulatedRun): void {
    this.#count({ location: run.run.location, tags: this.#tagsOf(run), pools: poolsOfPlan(run.run.plan) }, 1);
    const key = exclusiveKeyOf(run.run);
    if (key !== null) this.#exclusive.set(key, run);
  }

  /** Starts what may start now. Runs that must make room for others are to be ended by the caller, who then asks again. */
  start(): { readonly started: readonly SimulatedRun[]; readonly canceled: readonly SimulatedRun[] } {
    const started: SimulatedRun[] = [];
    const canceled: SimulatedRun[] = [];
    for (let moved = 1; moved > 0 && this.#runs.size > 0;) {
      moved = 0;
      const { cancel, terminate } = this.#decision.replace(this.#survey());
      for (const { id } of cancel) {
        canceled.push(this.#runs.get(id)!.run);
        this.#leave(new Set([id]));
      }
      const replaced = new Set(terminate.map(({ id }) => id));
      for (const run of Array.from(this.#exclusive.values()).filter(({ id }) => replaced.has(id))) {
        this.end(run);
        canceled.push(run);
      }
      const survey = this.#survey();
      const look = this.#decision.look(survey);
      if (look === null) break;
      const lines = [...this.#lines.values(), ...look.heldBack.flatMap((name) => this.#heldBack.get(name) ?? [])];
      const fronts = lines.map((line) => ({ runs: line.front(look.perLine), isCut: line.size > look.perLine }));
      const plan = this.#decision.plan(survey, fronts);
      for (const id of plan.start) {
        const { run, queued } = this.#runs.get(id)!;
        this.#count(queued, 1);
        if (queued.exclusiveKey !== null) this.#exclusive.set(queued.exclusiveKey, run);
        started.push(run);
        moved += 1;
      }
      const held = plan.holdBack.filter(
        ({ id, waitsFor }) =>
          this.#heldBack
            .get(waitsFor)
            ?.front(look.perLine)
            .every((run) => run.id !== id) ?? true,
      );
      const again = held.map(({ id, waitsFor }) => [this.#runs.get(id)!.queued, waitsFor] as const);
      const gone = new Set([...plan.start, ...held.map(({ id }) => id)]);
      for (const line of lines) line.remove(gone, look.perLine);
      for (const id of plan.start) this.#forget(id);
      for (const [queued, waitsFor] of again) lineOf(this.#heldBack, waitsFor).add(queued);
      moved += held.length;
      for (const [name, line] of this.#heldBack) if (line.size === 0) this.#heldBack.delete(name);
    }
    return { started, canceled };
  }

  /** A run that was started has ended. */
  end(run: SimulatedRun): void {
    const key = exclusiveKeyOf(run.run);
    if (run.startedAtMs === null || run.endedAtMs !== null) return;
    this.#count({ location: run.run.location, tags: this.#tagsOf(run), pools: poolsOfPlan(run.run.plan) }, -1);
    if (key !== null && this.#exclusive.get(key) === run) this.#exclusive.delete(key);
  }

  #tagsOf({ run }: SimulatedRun): QueuedRun["tags"] {
    return Object.fromEntries(this.#limitedTags.flatMap((key) => (key in run.tags ? [[key, run.tags[key]!]] : [])));
  }

  #survey(): QueueSurvey {
    return {
      active: Array.from(this.#active.values(), ({ facts, count }) => ({ ...facts, count })),
      exclusive: Array.from(this.#exclusive, ([key, { id }]) => ({ id, key, status: "STARTED" as const })),
      replacing: [...this.#replacing.values()],
      heldBack: Array.from(this.#heldBack, ([waitsFor, line]) => ({ waitsFor, head: line.front(1)[0]! })),
      pools: this.#pools,
      paused: [],
    };
  }

  #count({ location, tags, pools }: Pick<QueuedRun, "location" | "tags" | "pools">, by: 1 | -1): void {
    const group = JSON.stringify([location, tags, pools]);
    // The first steps of whatever runs hold the slots of their pools: which step is at work is not simulated.
    const known = this.#active.get(group) ?? { facts: { location, tags, pools, isFresh: true }, count: 0 };
    known.count += by;
    if (known.count === 0) this.#active.delete(group);
    else this.#active.set(group, known);
  }

  #occupantsOf(key: string): Parameters<typeof decideBeginnings>[2] {
    const running = this.#exclusive.get(key);
    const waiting = [...this.#runs.values()].flatMap(({ queued }) =>
      queued.exclusiveKey === key ? [{ key, id: queued.id, status: "QUEUED" as const }] : [],
    );
    return running === undefined ? waiting : [{ key, id: running.id, status: "STARTED" }, ...waiting];
  }

  #leave(gone: ReadonlySet<string>): void {
    for (const line of [...this.#lines.values(), ...this.#heldBack.values()]) line.remove(gone, line.size);
    for (const id of gone) this.#forget(id);
    for (const [name, line] of this.#heldBack) if (line.size === 0) this.#heldBack.delete(name);
  }

  #forget(id: string): void {
    this.#runs.delete(id);
    this.#replacing.delete(id);
  }
}

function lineOf(lines: Map<string, QueueLineOfRuns>, name: string): QueueLineOfRuns {
  const line = lines.get(name) ?? new QueueLineOfRuns();
  lines.set(name, line);
  return line;
}
