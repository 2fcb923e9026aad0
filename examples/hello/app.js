// A web app like any other: it knows nothing of Footplate. `node app.js` runs it alone, `./footplate run examples/hello` on every core.

const http = require('node:http')

const started = Date.now()
let answered = 0

const page = () => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Hello from process ${process.pid}</title>
  <link rel="stylesheet" href="/hello.css">
</head>
<body>
  <main>
    <h1>Hello!</h1>
    <p>This page was made by a Node process. Reload it under load, and another one may answer.</p>
    <dl>
      <div><dt>Process</dt><dd>${process.pid}</dd></div>
      <div><dt>Instance</dt><dd>${process.env.NODE_APP_INSTANCE || 'alone'}</dd></div>
      <div><dt>Answered</dt><dd>${answered}</dd></div>
      <div><dt>Up for</dt><dd>${Math.round((Date.now() - started) / 1000)} s</dd></div>
      <div><dt>Environment</dt><dd>${process.env.NODE_ENV || 'none'}</dd></div>
    </dl>
    <p class="hint">Its style sheet, <a href="/hello.css">public/hello.css</a>, came from the proxy without asking the app.</p>
  </main>
</body>
</html>
`

const server = http.createServer((request, response) => {
  if (request.url !== '/') {
    response.writeHead(404, { 'Content-Type': 'text/plain' })
    return response.end('There is only one page here: /\n')
  }
  answered++
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
  response.end(page())
})

server.listen(process.env.PORT || 3000, () => console.log(`hello from process ${process.pid}, port ${server.address().port}`))

// Answers what it has begun, then ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close())
