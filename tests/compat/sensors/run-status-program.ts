// The sensors of run_status_program.py.
import {
  definitions,
  job,
  op,
  runFailureSensor,
  runRequest,
  type RunRequestOptions,
  runStatusSensor,
  type RunStatusSensorContext,
  sensorResult,
  skipReason,
} from "dagwright";

const work = op("work", () => null);
const report = job("report", () => {
  work();
});
const nightly = job("nightly", () => {
  work();
});
const followUp = job("follow_up", () => {
  work();
});
// They are switched on once a run has ended that is none of their business any more.
const SUCCESS = { status: "SUCCESS" } as const;
const label = ({ run }: RunStatusSensorContext): string => run.tags["label"]!;
const asking = (context: RunStatusSensorContext, more: RunRequestOptions = {}) =>
  runRequest({ tags: { of: label(context) }, ...more });

const eachSuccess = runStatusSensor("each_success", SUCCESS, () => undefined);

const eachFailure = runFailureSensor("each_failure", {}, ({ failureEvent }) => {
  if (failureEvent.message !== "it failed") throw new Error(failureEvent.message);
});

const nightlyStarts = runStatusSensor("nightly_starts", { status: "STARTED", monitoredJobs: [nightly] }, () => undefined);

const canceledAnywhere = runStatusSensor(
  "canceled_anywhere",
  { status: "CANCELED", monitorAllCodeLocations: true },
  () => undefined,
);

const otherNightly = runStatusSensor(
  "other_nightly",
  { monitoredJobs: [{ location: "other", job: "nightly" }], ...SUCCESS },
  () => undefined,
);

const otherLocationAndReport = runFailureSensor(
  "other_location_and_report",
  { monitoredJobs: [{ location: "other" }, report] },
  () => undefined,
);

const asksAfterReport = runStatusSensor(
  "asks_after_report",
  { monitoredJobs: [report], requestJob: followUp, ...SUCCESS },
  (context) => asking(context),
);

const asksByName = runStatusSensor(
  "asks_by_name",
  { monitoredJobs: [report, nightly], requestJobs: [followUp, nightly], ...SUCCESS },
  function* (context) {
    yield asking(context, { job: "follow_up", runKey: `key ${label(context)[0]}` });
    yield asking(context, { job: "nightly" });
  },
);

const asksAfterFailure = runFailureSensor("asks_after_failure", { requestJob: followUp }, (context) =>
  sensorResult({ runRequests: [asking(context, { runKey: label(context) })] }),
);

const skips = runStatusSensor("skips", { monitoredJobs: [report], requestJob: followUp, ...SUCCESS }, (context) =>
  skipReason(`not for ${label(context)}`),
);

const throwsAtSecond = runStatusSensor("throws_at_second", { monitoredJobs: [report], ...SUCCESS }, (context) => {
  if (label(context) === "r2") throw new Error("cannot go on");
});

const setsCursor = runStatusSensor("sets_cursor", { monitoredJobs: [report], requestJob: followUp, ...SUCCESS }, (context) =>
  sensorResult({ runRequests: [asking(context)], cursor: "mine" }),
);

const asksWithoutAJob = runStatusSensor("asks_without_a_job", { monitoredJobs: [report], ...SUCCESS }, (context) =>
  asking(context),
);

const asksForAnotherJob = runStatusSensor(
  "asks_for_another_job",
  { monitoredJobs: [report], requestJob: followUp, ...SUCCESS },
  (context) => asking(context, { job: "nightly" }),
);

export default definitions({
  jobs: [report, nightly, followUp],
  sensors: [
    eachSuccess,
    eachFailure,
    nightlyStarts,
    canceledAnywhere,
    otherNightly,
    otherLocationAndReport,
    asksAfterReport,
    asksByName,
    asksAfterFailure,
    skips,
    throwsAtSecond,
    setsCursor,
    asksWithoutAJob,
    asksForAnotherJob,
  ],
});
