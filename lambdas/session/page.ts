/**
 * The one page that is shown without a session: some words of ours, and the way in. No script, no style, nothing that a
 * request says.
 */
export const page = (words: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sillage</title>
</head>
<body>
<h1>Sillage</h1>
<p>${words}</p>
<p><a href="/auth/login">Sign in</a></p>
</body>
</html>
`;
