import type { GitHubRepository } from "./settings";

/** Who signs GitHub's identity tokens (source: GitHub Docs, OpenID Connect in Azure). */
export const gitHubIssuer = "https://token.actions.githubusercontent.com";

/** Whom the tokens are for: Microsoft Entra ID takes exactly this one. */
export const tokenAudience = "api://AzureADTokenExchange";

/**
 * The subject that a job's token has in an environment; Microsoft Entra ID compares it exactly. Repositories created or
 * renamed since 15 July 2026 have the ids of owner and repository in it (source: GitHub changelog, April 2026).
 */
export function gitHubSubject(github: GitHubRepository, environment: string): string {
    const { owner, repository, ownerId, repositoryId } = github;
    const name =
        ownerId === undefined || repositoryId === undefined
            ? `${owner}/${repository}`
            : `${owner}@${ownerId}/${repository}@${repositoryId}`;
    return `repo:${name}:environment:${environment}`;
}
