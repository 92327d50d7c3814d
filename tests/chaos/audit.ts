import type { HarnessClient } from "./harness-client.ts";

/** Under this name the harness itself changes rows; what it moves on purpose is no finding. */
export const harnessName = "dagwright/chaos-harness";

/**
 * Triggers that note what the tables alone no longer tell at the end: every due time that an instigator has had (also of a tick that is to be tried again), each lease that was taken
 * and ended, every status that a run went through, and which worker wrote to which attempt of a run. In a schema of the harness's own.
 */
export async function installAudit(client: HarnessClient, isPooled: boolean): Promise<void> {
  await client.query(`
    create schema chaos;
    create table chaos.instigator_moves (
      id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(), by_harness boolean not null,
      instigator_id text not null, old_next timestamptz, new_next timestamptz, due timestamptz, old_fence int not null, new_fence int not null,
      old_holder text, new_holder text);
    create table chaos.run_moves (
      id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
      run_id uuid not null, old_status text not null, new_status text not null, old_attempt int not null, new_attempt int not null);

    create function chaos.note_instigator() returns trigger language plpgsql as $$ begin
      insert into chaos.instigator_moves (by_harness, instigator_id, old_next, new_next, due, old_fence, new_fence, old_holder, new_holder)
      values (current_setting('application_name') = '${harnessName}', new.id, old.next_at, new.next_at, coalesce(new.retry_of, new.next_at), old.fence, new.fence, old.lease_holder, new.lease_holder);
      return null;
    end $$;
    create trigger chaos_note after update on dagwright.instigators for each row
      when (old.next_at is distinct from new.next_at or old.fence <> new.fence or old.lease_holder is distinct from new.lease_holder)
      execute function chaos.note_instigator();

    create function chaos.note_run() returns trigger language plpgsql as $$ begin
      insert into chaos.run_moves (run_id, old_status, new_status, old_attempt, new_attempt)
      values (new.id, old.status, new.status, old.attempt, new.attempt);
      return null;
    end $$;
    create trigger chaos_note after update on dagwright.runs for each row
      when (old.status <> new.status or old.attempt <> new.attempt)
      execute function chaos.note_run();

    -- What was removed, and whether it was old enough to be.
    create table chaos.removals (kind text not null, id text not null, is_old boolean not null);
    create function chaos.note_removal() returns trigger language plpgsql as $$ begin
      insert into chaos.removals select tg_table_name,
        case tg_table_name when 'ticks' then to_jsonb(old)->>'id' else (to_jsonb(old)->>'entity') || ' ' || (to_jsonb(old)->>'evaluation_id') end,
        coalesce(to_jsonb(old)->>'scheduled_at', to_jsonb(old)->>'evaluated_at')::timestamptz < now() - interval '30 days';
      return null;
    end $$;
    create trigger chaos_note_removal after delete on dagwright.ticks for each row execute function chaos.note_removal();
    create trigger chaos_note_removal after delete on dagwright.automation_evaluations for each row execute function chaos.note_removal();
    create table chaos.retention_passes (report jsonb not null);
    create function chaos.note_pass() returns trigger language plpgsql as $$ begin
      insert into chaos.retention_passes values (new.report);
      return null;
    end $$;
    create trigger chaos_note_pass after update on dagwright.retention for each row when (old.report is distinct from new.report)
      execute function chaos.note_pass();

    create table chaos.writers (run_id uuid not null, backend int not null, attempt int not null, primary key (run_id, backend, attempt));
    create function chaos.note_writer() returns trigger language plpgsql as $$ begin
      insert into chaos.writers values (new.id, pg_backend_pid(), new.attempt) on conflict do nothing;
      return null;
    end $$;`);
  // A worker has one connection of its own; behind a pooler nobody has.
  if (isPooled) return;
  await client.query(`
    create trigger chaos_note_writer after update on dagwright.runs for each row
      when (old.last_seq <> new.last_seq and current_setting('application_name') = 'dagwright/run-worker') execute function chaos.note_writer();`);
}
