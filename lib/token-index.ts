/** What search by token keeps: of each feature its strongest tokens, of each token its strongest features. */
export const tokenIndexBounds = { tokens_of_a_feature: 128, features_of_a_token: 1024 };
