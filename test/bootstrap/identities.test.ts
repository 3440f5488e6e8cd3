import assert from "node:assert/strict";
import { gitHubSubject } from "../../bootstrap/identities";

describe("the subject that an environment's identity trusts", () => {
    it("names repository and environment, as GitHub spells them", () => {
        assert.equal(
            gitHubSubject({ owner: "Example", repository: "Detection" }, "prod"),
            "repo:Example/Detection:environment:prod",
        );
    });

    it("has both immutable ids where they are given", () => {
        assert.equal(
            gitHubSubject({ owner: "example", repository: "detection", ownerId: 12, repositoryId: 345 }, "dev"),
            "repo:example@12/detection@345:environment:dev",
        );
    });
});
