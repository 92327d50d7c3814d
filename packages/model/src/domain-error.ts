/**
 * An expected failure: it says which thing, what is wrong and what to do.
 *
 * `kind` is stable and greppable; where GraphQL has a type for the failure, it is that type's name.
 */
export abstract class DomainError<Kind extends string = string> extends Error {
  readonly kind: Kind;

  constructor(kind: Kind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.name = kind;
  }
}
