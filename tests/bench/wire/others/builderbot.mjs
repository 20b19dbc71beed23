// The talks in @builderbot/bot: a menu, a topic, a place, a list and one of it, kept in its own database in memory.
// A message is answered when the bot's first reply to it has been handed to the provider. Run: node builderbot.mjs PORT
import { EVENTS, MemoryDB, ProviderClass, addKeyword, createBot, createFlow, createProvider } from '@builderbot/bot'

const waiting = new Map()
const SETTLED_MS = 2
const LOST_MS = 300 // three times what it usually takes: a message it has not answered by then, it has dropped

class Wire extends ProviderClass {
  globalVendorArgs = { name: 'wire', port: Number(process.argv[2]) }
  beforeHttpServerInit() {
    this.server = this.server.post('/twilio/inbound', (request, response) => this.hear(request, response))
  }
  afterHttpServerInit() {}
  busEvents() {
    return []
  }
  async initVendor() {
    return {}
  }
  async saveFile() {
    return ''
  }
  async hear(request, response) {
    const said = request.body?.From ? request.body : await form(request)
    waiting.set(said.From, response)
    setTimeout(() => response.writableEnded || response.writeHead(504, { 'Content-Length': 0 }).end(), LOST_MS)
    this.emit('message', { from: said.From, body: said.Body, name: said.From })
  }
  async sendMessage(to) {
    const response = waiting.get(to)
    waiting.delete(to)
    // A message that comes while the bot is still writing the last one down is thrown away by it.
    setTimeout(() => {
      if (response && !response.writableEnded)
        response.writeHead(200, { 'Content-Type': 'text/xml', 'Content-Length': 11 }).end('<Response/>')
    }, SETTLED_MS)
    return {}
  }
}

async function form(request) {
  let body = ''
  for await (const piece of request) body += piece
  return Object.fromEntries(new URLSearchParams(body))
}

const menu = addKeyword(['MENU'])
  .addAnswer('What do you need?\n1. Find help near me\n2. Ask a question\n3. Tell what happened to me', { capture: true })
  .addAnswer('What do you need help with?\n1. Food\n2. Doctor and health\n3. Worry and low mood', { capture: true })
  .addAnswer('Where are you? Text your postcode or your town. We do not keep it.', { capture: true })
  .addAnswer('Places that can help:\n1. Wexmoor Food Bank\n2. Wexmoor Community Fridge', { capture: true })
  .addAnswer('Wexmoor Community Fridge. Open today until 17:00. Free.')
const otherwise = addKeyword(EVENTS.WELCOME).addAnswer('Text MENU for help.')

const provider = createProvider(Wire)
const bot = await createBot({ flow: createFlow([menu, otherwise]), provider, database: new MemoryDB() })
bot.httpServer(Number(process.argv[2]))
