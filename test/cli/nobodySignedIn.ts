/**
 * Signs nobody in to Azure for the commands of a suite: the one credential that is tried is that of the environment, so
 * that nothing is asked over the network.
 */
export function nobodySignedIn(): void {
    const chosen = "AZURE_TOKEN_CREDENTIALS";
    const earlier = process.env[chosen];
    before(() => (process.env[chosen] = "EnvironmentCredential"));
    after(() => {
        if (earlier === undefined) Reflect.deleteProperty(process.env, chosen);
        else process.env[chosen] = earlier;
    });
}
