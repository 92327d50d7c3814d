import type * as gql from "../../gen/types.ts";

const team = (owner: string): string | null => (owner.startsWith("team:") ? owner.slice("team:".length) : null);

/** `team:NAME` is a team, anything else the mail address of a person. */
export const toOwner = (owner: string): gql.DefinitionOwner => {
  const name = team(owner);
  return name === null ? { __typename: "UserDefinitionOwner", email: owner } : { __typename: "TeamDefinitionOwner", team: name };
};

export const toAssetOwner = (owner: string): gql.AssetOwner => {
  const name = team(owner);
  return name === null ? { __typename: "UserAssetOwner", email: owner } : { __typename: "TeamAssetOwner", team: name };
};
