import { definitions, job, op } from "dagwright";

const hello = op("hello", (_ins, context) => context.log.info("Hello!"));

const greet = job("greet", () => {
  hello();
});

export default definitions({ jobs: [greet] });
