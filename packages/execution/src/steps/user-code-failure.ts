/** Carries what user code threw, or did wrong, past what can go wrong around it. */
export class UserCodeFailure extends Error {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super("user code failed");
    this.thrown = thrown;
  }
}
