/** Who watches and what they say, per language. Everybody is invented. */
export interface Language {
  code: string;
  /** Of all viewers, relative to the other languages. */
  share: number;
  /** Display name, and the Latin stem of the handle that goes with it. */
  names: readonly (readonly [name: string, handle: string])[];
  lines: readonly string[];
  questions: readonly string[];
}

const latin = (...names: string[]) =>
  names.map(
    (name) =>
      [
        name,
        name
          .normalize("NFD")
          .replace(/[^A-Za-z]/g, "")
          .toLowerCase(),
      ] as const,
  );

export const languages: readonly Language[] = [
  {
    code: "en",
    share: 34,
    names: latin(
      "Mia",
      "Jayden",
      "Olive",
      "Theo",
      "Ruby",
      "Marcus",
      "Ivy",
      "Caleb",
      "Nora",
      "Dex",
      "Harper",
      "Finn",
      "Skye",
      "Otis",
    ),
    lines: [
      "hiiii",
      "hello from Manchester 👋",
      "first time here, love the vibe",
      "LETS GOOO 🔥🔥🔥",
      "wait what just happened",
      "lol 😂",
      "W stream",
      "that was so close omg",
      "play it again!!",
      "can you say hi to my sister?",
      "the sound is a bit low for me",
      "no way 💀",
      "who's sending all those roses 🌹",
      "been here since the start and I am not leaving",
      "gg",
      "your cat is back 🐈",
      "I was at work until now, what did I miss?",
      "clip that",
      "❤️❤️❤️",
      "tap the screen everyone",
    ],
    questions: ["What time do you go live tomorrow?", "How long have you been doing this?", "Which song was that?"],
  },
  {
    code: "es",
    share: 10,
    names: latin("Lucía", "Mateo", "Valentina", "Íñigo", "Camila", "Begoña", "Diego", "Ximena", "Raúl", "Sofía"),
    lines: [
      "holaaa",
      "saludos desde Sevilla 🇪🇸",
      "jajaja qué bueno",
      "eso eso 🔥",
      "¿por qué no se oye?",
      "te queremos ❤️",
      "otra vez, otra vez",
      "no puede ser 😱",
      "ya llegué, ¿qué me perdí?",
      "vamos a por la meta",
      "qué arte tienes",
    ],
    questions: ["¿Cuándo es el próximo directo?", "¿Cuántos años llevas tocando?"],
  },
  {
    code: "ar",
    share: 9,
    names: [
      ["ليلى", "layla"],
      ["عمر", "omar"],
      ["نورة", "noura"],
      ["يوسف", "yousef"],
      ["سارة", "sara"],
      ["خالد", "khaled"],
      ["مريم", "maryam"],
      ["فارس", "fares"],
    ],
    lines: [
      "السلام عليكم",
      "منور البث 🌟",
      "هههههه",
      "تحية من الرياض 🇸🇦",
      "الصوت واضح",
      "ما شاء الله",
      "كمل كمل 🔥",
      "مين أرسل الوردة؟ 🌹",
      "أول مرة أحضر البث",
      "الله يعطيك العافية",
    ],
    questions: ["متى البث القادم؟", "من وين أنت؟"],
  },
  {
    code: "pt",
    share: 8,
    names: latin("João", "Larissa", "Thiago", "Beatriz", "Caio", "Letícia", "Antônio", "Gabi", "Heitor"),
    lines: [
      "oiiii",
      "boa noite gente",
      "kkkkkkkk",
      "salve do Recife 🇧🇷",
      "que lindo demais ❤️",
      "manda beijo pra minha mãe",
      "não acredito 😂",
      "bora bater a meta",
      "cheguei agora, perdi muita coisa?",
      "arrasou 👏👏",
    ],
    questions: ["Vai ter live amanhã?", "Qual é o nome dessa música?"],
  },
  {
    code: "ja",
    share: 8,
    names: [
      ["さくら", "sakura"],
      ["はると", "haruto"],
      ["ゆい", "yui"],
      ["蓮", "ren"],
      ["みお", "mio"],
      ["ケンタ", "kenta"],
      ["ひなた", "hinata"],
      ["そら", "sora"],
    ],
    lines: [
      "こんばんは",
      "初見です、よろしくお願いします",
      "かわいい〜",
      "すごい！！",
      "草",
      "8888888",
      "大阪から見てます",
      "お疲れさまです☕",
      "もう一回見たい",
      "音ちょうどいいです",
    ],
    questions: ["次の配信はいつですか？", "好きな食べ物は何ですか？"],
  },
  {
    code: "ko",
    share: 7,
    names: [
      ["민준", "minjun"],
      ["서연", "seoyeon"],
      ["지우", "jiwoo"],
      ["하은", "haeun"],
      ["도윤", "doyun"],
      ["수아", "sua"],
      ["예준", "yejun"],
    ],
    lines: [
      "안녕하세요",
      "ㅋㅋㅋㅋㅋㅋ",
      "대박 😮",
      "오늘도 화이팅!",
      "부산에서 보고 있어요",
      "처음 왔어요 반가워요",
      "노래 너무 좋아요 🎶",
      "한 번 더 해주세요",
      "귀여워 ㅠㅠ",
    ],
    questions: ["다음 방송은 언제예요?", "몇 시까지 해요?"],
  },
  {
    code: "id",
    share: 6,
    names: latin("Putri", "Budi", "Siti", "Rizky", "Dewi", "Agus", "Ayu"),
    lines: [
      "halo kak",
      "wkwkwkwk",
      "semangat kak 💪",
      "salam dari Bandung",
      "kok bisa 😭",
      "mantap",
      "spill lagunya dong",
      "baru gabung nih",
    ],
    questions: ["Live lagi kapan kak?", "Kak umur berapa?"],
  },
  {
    code: "ru",
    share: 6,
    names: [
      ["Аня", "anya"],
      ["Дмитрий", "dmitri"],
      ["Катя", "katya"],
      ["Миша", "misha"],
      ["Оксана", "oksana"],
      ["Лёша", "lyosha"],
    ],
    lines: [
      "привет всем",
      "ахахаха",
      "класс 👍",
      "привет из Алматы",
      "повтори, пожалуйста",
      "я только зашла, что было?",
      "вот это да",
      "звук отличный",
    ],
    questions: ["Когда следующий эфир?", "Откуда ты?"],
  },
  {
    code: "th",
    share: 5,
    names: [
      ["น้ำฝน", "namfon"],
      ["ต้น", "ton"],
      ["พลอย", "ploy"],
      ["กอล์ฟ", "golf"],
      ["มะลิ", "mali"],
      ["ปาล์ม", "palm"],
    ],
    lines: ["สวัสดีค่ะ", "555555", "น่ารักมาก", "มาจากเชียงใหม่ครับ", "เก่งมาก 👏", "ขออีกรอบ", "เพิ่งเข้ามา", "เสียงดีมาก"],
    questions: ["ไลฟ์อีกทีเมื่อไหร่คะ", "เพลงอะไรครับ"],
  },
  {
    code: "de",
    share: 4,
    names: latin("Jörg", "Lena", "Matthäus", "Frieda", "Björn", "Käthe"),
    lines: [
      "moin",
      "Grüße aus Köln",
      "haha stark 😂",
      "das war knapp!",
      "mach das nochmal",
      "Ton ist top",
      "bin neu hier",
      "Donaudampfschifffahrtsgesellschaftskapitänsmütze",
    ],
    questions: ["Wann bist du wieder live?", "Was machst du beruflich?"],
  },
  {
    code: "tr",
    share: 3,
    names: latin("Zeynep", "Emre", "Gökçe", "Barış", "Elif"),
    lines: ["selam", "çok iyi ya", "İzmir'den selamlar", "hahahah", "helal olsun 👏", "bir daha yap", "yeni geldim"],
    questions: ["Bir sonraki yayın ne zaman?"],
  },
];

/** What people put around their names. `*` is the name. */
export const nameStyles = [
  "*",
  "*",
  "*",
  "*",
  "* 🌸",
  "✨*✨",
  "*🔥",
  "꧁*꧂",
  "* (afk)",
  "*|tired",
  "🦊*",
  "real *",
  "*・゜",
  "₊˚ * ˚₊",
];

/** Names that are no name in any language. */
export const namelessNames = ["👑", "🌙🌙🌙", "…", "·", "𝓼𝓽𝓪𝓻", "user", "⚡️🐉⚡️", "❤️‍🔥", "ᶜᵒᶻʸ", "🏳️‍🌈🧑‍🚀"];

/** What the host says, as the captions hear it. */
export const hostLines = [
  "Okay so welcome in everyone who just joined.",
  "Let me know in the chat if you can hear me.",
  "We are so close to the goal, thank you, thank you.",
  "I will play that one again at the end.",
  "Who is fighting for us in the next match?",
  "That is the best thing I have heard all day.",
];
