"""The small words that give a language away in a short text, above all Urdu, Bangla and Punjabi in Latin letters.

No language model knows these in Latin letters, and people spell them as they hear them, so longer words
are compared by a rough skeleton of their sound: "zarurat", "zaroorat" and "zaroorath" are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from bot.language.normal import words

# Words that no other of these languages has.
STRONG = {
    "en": """
        the i my im ive id you your we our he she his her they them their this that these those what whats
        where wheres when who why how which is are am was were be been have has had will would can could
        should must may not dont cant wont doesnt didnt isnt and but because if for from with without about
        of in on at by as an it its there here need want got get give know tell speak near any some today
        tomorrow now very much many more one me us out up off after before someone something just like go
        going myself himself herself him being make made take took say said ask asked see into over than
        then also only still every live lives living cannot never always since until again let lets come
        came where's what's doing does did
    """,
    "pl": """
        nie jest sa sie mam masz ma mamy macie maja moj moja moje moi mojej mojego mnie mi ciebie jego jej
        nas nam nasz nasza czy gdzie jak kiedy kto co dlaczego ile jaki jaka jakie ktory ktora ktore ze zeby
        bo ale albo lub oraz dla od przy pod bez przez jestem jestesmy byc byl byla bylo bylam bylem bede
        bedzie moge mozna moze mozecie moglby musze musi chce chcialabym chcialbym potrzebuje potrzebujemy
        prosze dziekuje dzieki pomoc pomocy pomoz pomozcie lekarz lekarza lekarzem dziecko dziecka dzieci
        syn syna corka corki maz meza mezem zona zony praca pracy prace pieniedzy pieniadze jedzenie
        jedzenia mieszkanie mieszkania mieszkam dom domu dzien dobry czesc witam polsku polski polskiego
        angielsku angielskiego mowie mowic mowi znam rozumiem wiem tutaj tu juz jeszcze bardzo teraz dzis
        dzisiaj jutro tylko tez kogos cos ktos nic nikt rachunki rachunek zaplacic placic czynsz wizyte
        umowic zapisac dostac znalezc szukam boje boli chory chora mojemu swoje swoja tego tym taki jako
        kolo blisko
    """,
    "ur": """
        mujhe mujhko mujh mera meri hamara hamari hamare hamen humein humen tumhara tumhari tumko aap apka apki
        aapka aapki apke aapke aapko unka unki inka uska uski uske usne unhone hai hain hein hoon hun tha thi
        thay hoga hogi honge raha rahi rahe rehta rehti rehte nahi nahin nai kya kia kyun kyu kyon kaise kaisay
        kaisa kaisi kahan kahaan kidhar kaun konsa konsi kitna kitni kitne kuch kuchh koi chahiye chahie chaiye
        chahye chahta chahti karna karni karne karta karti karte karo karein karain karun karoon kardo kijiye
        dijiye batao bataen batayen bataein bataye sakta sakti sakte sakun sakoon lekin magar phir abhi bohat
        bahut bohot bahot zyada thora thoda paisa paise paisay khana khane khaana madad zaroorat zarurat zaroori
        bacha bachay bachon bachi bachey bache biwi shohar khawand behen behan walid walida ammi abbu ghar
        kiraya makan bimar beemar dard tabiyat dawa dawai ilaj zuban zaban mutarjim shukriya meherbani meharbani
        baat milega milegi milta milti jati jate gaya gayi gaye aana aata aati bijli yahan wahan wala wali
        rozana haan liye liay kaghzat kagzat kharcha qarz qarza mushkil pareshan akela akeli bolta bolti bolna
        aur kisi kisse mujhse humare deta deti milna wajah marta maarta maara dein karwana karwani parhna likhna
        samajh raat hota hoti hote hua hui naukri khatam beti beta betay masjid angrezi aurat aurton padosi
        parosi galiyan seekhna seekhni seekhne tarjuman hogaya hogayi bhar bharne dena lena lene dene rehna
        kahin kabhi hamesha sirf bilkul acha achha theek ghalat waqt qareeb nazdeek pata chala chali diya diye
        liya lagta lagti suno sunta sunti poochna puchna zindagi log logon khud apne humne maine meine mainay
        guzara izzat ghussa rota dawaiyan wale walay kiya kiye hafte mahine mahina saal aaj subah shaam aakhri
        ata ati bachpan baithne banata banta baqi bardasht bata batayega bhej bhooke bolne budhe bure chashma
        chutti chuttiyon daant dafan deewar dekhta doodh ghalti hamal hona hone jagah janaza kaghaz karenge
        karwa karz kehti khansi kharidne khatoon khirki khoon khwab kisko lagi larke larka larki ladka ladki
        likhwana mazoor naya naye nazla nikal pait parast peshab raaz rakhta rakhti rehne riayat rona saboot
        sabzi sakht samajhte tanha tanhai tankhwah wafat wakeel vakeel wapis ziyadati shadi zabardasti jaldi
        garam thanda mehnga mehngi masla bukhar parega padega parta padta saas susar susral dadi nani chacha
        khala taleem daftar jawab sawal khayal dekhbhal bimari bemari mareez umar kapre kapray pareshani takleef
        kharab tuta gire gira bulao kabse chhat jayega jayegi aayega aayegi krdo krna krta krti krte rha rhi rhe
        hy hyn nhi mjhe mje mry humko unhe unhein inko itna itni utna jitna jahan tarah taraf upar neeche andar
        bahar saamne peeche kyunke kyunki agar warna warnah shayad zaroor fori fauran muft sasta sasti mehangi
        dukan dukaan bazaar imam qabar janazah dua namaz roza ramzan eid rishtedar khandan bachiyan bivi begum
        mian miyan saheli dost hamsaye chor chori jhagra larai maarpeet zulm zakhmi chot behosh ulti pechish
        khujli sujan ankh aankh kamar ghutna neend udaas rishta talaq nikah khula jaga nokri mulazmat tankha
        bhatta kiraye kirayedar makaan kamra kamre seelan pani nalka chuhe keeray
    """,
    "bn": """
        ami amar amake amader amra tumi tomar tomake apnar apnara apnake tader ache achhe achi achen nei chilo
        chilam hobe hoy hoyeche hoise hoitese hocche korbo korte korchi korchen korsi kori koren korlam korar
        kore parbo parbe paren parchi parina parbona parsi parteci chacchi lagbe laglo kothay kothai kuthai
        kemne kivabe kibhabe kemon keno kokhon koto kobe jabo jaite jete jabe giye gele khabar khabo khete khawa
        khaite poisa dorkar daktar daktarer bhalo valo bhasha bhasa bangla banglay sahajjo shahajjo sahajyo
        sahajjor jonno jonne jonnu sathe shathe theke thaki thakte ekta ekti ekhon ekhane kichu kichhu kono
        basha bashay basay vara bhara baccha bachcha bacchar baccar meye meyer chele cheler shami swami sami
        osustho osukh osusto betha oshudh osudh kaj kajer kaje bujhi bujhina bujhte bujina bolen bolben bolun
        bolbo janen jani janina janaben pabo paowa paini dite diben diyeche nite niye khub onek ajke kalke
        hashpatal bhabi dhonnobad donnobad kosto koshto biddut apnader eta ota shomoy somossa shomossha shomosha
        bidesh keu kew mare maira mareche bhoy voy lagtese lagche asi ase asen pore porte shikhte sikhte bon
        boner mayer babar amago chakri chithi geche gechi shesh bondho ghore abba abbar amma ammar mohila
        mohilader mosjid masjider protibeshi dovashi kache kachhe achilo ingreji bujhlam bole bollo chara kagoj
        kagojpotro lekha likhte porate shekha dekhate dekhte dekhbo dekhben pathabo pathaben ashche asche eshe
        elo jalay dorkari lagtache korchilam hoyni hoini hoitache chacche pabe naki nai rastay dey paise paisi
        kase jor mara bashar barir shokal bikal mash bochor manush manushe amio tumio shob sobai shobai bipod
        rasta khoroch kinte kinbo becha shonar shone shunte korlo gelo holo dilo nilo dicche ashchi ashe ashte
        babohar barate bariola bariwala beton bhul birudhe bolar bondhu boshar boyosh buke byabohar charte
        chhoto chhutite chikitsha dafon dater dekhi dibe ghorer ghum gopon janabe janala jayga joruri jotno
        kanna khai kharap khatay kobor lojja mahila manushder noshto oshudher ovijog palate parben pasher poisha
        porikkha prosrabe rakhbe rokto seba shikhbo shonge shorir shordi somoy taratari thake vanga vorti amr
        tmr tumake hoite jonye kmne koite aise aisi gesi gese gesilam jamu khamu korum parum partesi ekhono
        agamikal gotokal meyeke cheleke bachader bacchara bacchader acho asilam hobena hoibo hoiya hoitase
        kothao koyta koyjon onno porer shudhu ektu aktu soptaho jhamela kinar babostha upay khola pathaise
        pathaisi pathiyeche dise disi disen nise nisi khaise bolse bolche kashe matha pete chokh komor takar
        khabare khabarer ranna shashuri sashuri sashurir nanod shoshur jamai sontan gorbhoboti oshusthota bethay
        jhor jorer bomi paykhana chulkani ghumai ghumaite monta kando dukkho raag jhogra marpit nirjaton talak
        biye biya bibaho ghorbari varatia chakrir kormo shunen shunun dekhun koro korun diyen lagto lagbo
        proyojon thikana jaygay shohore grame deshe bideshe abedon kagojer porichoy namaj rojar mosjider dhormo
    """,
    "pa": """
        mainu mennu sanu saanu tuhanu tuhada tuhadi tuhade tusi tussi assi sadi sada saade ohna ehna ohnu ehnu
        kithe kitthe kithon kiven kidda kiddan kadon kinna kinni kinne kehra kehri kehre kujh othe ithe etthe
        vich wich naal layi kolo kolon hunda hundi hunde karda chahida chahidi chahide sakda sakdi sakde milda
        mildi milde milu milugi milegu aunda aundi aunde jaanda jaande rehnda rehndi rehnde bolda boldi bolan
        dassan dasso dassda dassuga dindi dinde dinda lainda laindi laina paina painda munda munde kudi kudiyan
        gharwala gharwali bebe bapu biji viah kamm changa changi hoya hoyi haanji haigi haiga haini kehnda
        kehndi kehnde vekhda vekhna vekho rehan khaan jeen sikhni sikhna kutda maarda thakk morh hunn ajj boli
        paaji pyo bachian nianeya nianey kadh kaddh chhadna labhda labhna likhdi likhda daso dhee puttar saali
        sahmne saahmne bimaar sambhal vadhia tuhi mangda mangdi chaunda chaundi samjh sunda sundi turda karwauna
        karauna lagda lagdi pucchna pichhon aayi aaye ainak ardas auratan banda bazurgan bhejya bhukhe bolni
        bolya byaaj chhaati chhatt chhut chhutti chhuttian chondi dandan ditta ditti dittay gaalan gallan galti
        ghardean gwandi hovega javan kaddhde kagaz kandhan karaunda kariye karza khada khande khang khareedan
        kitti kitta keeta kita lavaune likhauna maade maadi malak mukk mukgaya nava nave navi nikke nikka pagg
        payi peed pishab sauhre saunda sufne teeke thaan thakki vele kalli sigi sige hege dovan saaray ghare
        utte thalle agge picche vallon jithe jadon odon hune aivein bahuta bahuti vadda vaddi chhota chhoti
        sohna neeyat puttran dheean nuh sass sahura taya massi bhua veerji bhenji paji babaji giani gurdwara
        gurudwara paani bukhaar taap dukhda dukhdi akkhan gode saah kheti pind tankhah mazdoori karobaar maardi
        maarde kuttda laggi lagya laggya milya miliya gayian aagi aagaya pehlan ohde ehde tenu tuhadde krda krdi
        krde hga haga mainnu tainu dsso dso kro daakter dwai dawaayi haspatal hasptal
    """,
}
# No model knows these in Latin letters.
SPELT_BY_EAR = ("ur", "bn", "pa")
# Words that several of these languages share or borrow: they only count beside a strong one.
WEAK = {
    "en": """
        doctor english school hospital food bank money job work please pls plz thanks thank help family
        house home rent bill children child kids husband wife sick ill pay free no find appointment class
        feel
    """,
    "ur": """
        main mai me mere mein hum tum ho ka ke ki ko se par pe ne na to bhi hi ye yeh wo woh is us ek do din
        ya ji sab log kam kab kon jana mil bhai chai le de apni apna bolte sath saath
    """,
    "bn": """
        ki ke na er o ar e ta te ei oi din rat ma baba vai bhai ba tai to je se dui hole kotha nam bari taka
        chai nai pari tara den jai pai apni bolte ghor tk koto thaka
    """,
    "pa": """
        da di de nu te ne ch kol ton aa haan hai ki ho si mera meri mere main nahi nai ni ghar paise gaya gayi koi sab
        raat bahut kalle kalla doctor hor je jado vi wala wali wale kar hun cho ja das dena dil
    """,
}
# Whole texts that are clear although they are short. "Salam" and "assalamu alaikum" belong to many languages.
GREETINGS = {
    "dzien dobry": "pl",
    "dobry wieczor": "pl",
    "czesc": "pl",
    "witam serdecznie": "pl",
    "kemon achen": "bn",
    "kemon acho": "bn",
    "kemon asen": "bn",
    "nomoskar": "bn",
}

EAR_SHARE = 0.2

_SKELETON_FROM = 5
_DOUBLED = re.compile(r"(.)\1+")
_H_AFTER = re.compile(r"(?<=[bcdgjkpst])h")
_VOWELS = re.compile(r"[aeiouy]+")
_CONSONANTS = str.maketrans({"w": "v", "z": "j", "q": "k", "f": "p"})


class Evidence(Struct, frozen=True):
    """What one language's small words say about a text of ``words`` words."""

    words: int
    strong: int
    weak: int

    @property
    def hits(self) -> int:
        """Strong and weak words together."""
        return self.strong + self.weak

    @property
    def weight(self) -> float:
        """Strong words count whole; weak ones half, and only beside a strong one."""
        return self.strong + self.weak / 2 if self.strong else 0.0

    @property
    def share(self) -> float:
        """The part of the text that this language explains, 0 to 1."""
        return min(1.0, self.weight / self.words) if self.words else 0.0


def weigh(language: str, said: Sequence[str]) -> Evidence:
    """The evidence for a language of STRONG, given a text's words (see ``bot.language.normal.words``)."""
    strong, weak = _STRONG[language], _WEAK.get(language, _NONE)
    exactly = sum(map(strong.__contains__, said))
    skeletons = _SKELETONS.get(language)
    alike = skeletons and sum(
        len(word) >= _SKELETON_FROM and word not in strong and word not in weak and _skeleton(word) in skeletons
        for word in said
    )
    return Evidence(len(said), exactly + (alike or 0), sum(map(weak.__contains__, said)))


def spelt_by_ear(text: str, found: Sequence[str] | None = None) -> bool:
    """Whether a text is likely Urdu, Bangla or Punjabi in Latin letters: their small words outweigh all others.

    ``found``: its folded words, where they are at hand.
    """
    if not text.isascii():
        return False
    found = words(text) if found is None else found
    if not any(map(_may_tell, found)):
        return False  # most texts are English
    weights = {language: weigh(language, found) for language in STRONG}
    own = max((weights.pop(language) for language in SPELT_BY_EAR), key=lambda evidence: evidence.weight)
    if own.strong == 1 and any(other.strong for other in weights.values()):
        return False  # one word that looks like it, among words of another language
    return own.share >= EAR_SHARE and all(own.weight > other.weight for other in weights.values())


def _may_tell(word: str) -> bool:
    """Whether a word is, or sounds like, a strong one of a language that is spelt by ear."""
    return word in _BY_EAR or (len(word) >= _SKELETON_FROM and _skeleton(word) in _BY_EAR_SKELETONS)


@lru_cache(maxsize=256)  # each language asks for each word; few are remembered, as they are people's
def _skeleton(word: str) -> str:
    spelt = _VOWELS.sub(lambda run: _vowel(run[0]), word.translate(_CONSONANTS))
    return _DOUBLED.sub(r"\1", _H_AFTER.sub("", spelt))


def _vowel(run: str) -> str:
    """One letter for every way to write a vowel: "ee", "ay" and "ei" sound alike to the one who types."""
    if set(run) & {"o", "u"}:
        return "u"
    return "a" if set(run) == {"a"} else "i"


# Verbs are most of what people say, and their endings are the same for all: stems, and what they may end in.
_VERBS = {
    "ur": (
        "kar bol sun dekh likh parh padh seekh rakh maar nikal bata puch pooch mil kha chal bhej mang chor utha baith "
        "samajh dikha bula khol lag keh reh soch khareed bech bhar utar bhag dar thak khareed",
        "ta ti te na ni ne ega egi enge unga ungi oonga oongi wana wani iye",
    ),
    "bn": (
        "kor bol por jan bujh dekh lekh likh shikh thak rakh dhor chol phir pathai jai khai dei nei par lag bosh shon "
        "khuj ghur chai",
        "chi chhi che chhe chen si se tesi tase teche bo be ben ba te lam len lo ina chilam silam tam",
    ),
    "pa": (
        "kar mil bol sak reh rehn jaan aun chahun lag vekh samajh sun dass kehn tur maar kutt khaan peen saun ron den "
        "lain pain bhej likh padh sikh rakh mang chhad kadh labh puchh thak dukh chal ban khol uth baith",
        "da di de dian daan",
    ),
}
_MADE_FROM = 5  # letters; shorter ones are words of other languages too


def _made(language: str) -> frozenset[str]:
    stems, endings = _VERBS.get(language, ("", ""))
    every = (stem + ending for stem in stems.split() for ending in endings.split())
    settled = {word for other in ("en", "pl") for word in STRONG[other].split()}
    return frozenset(word for word in every if len(word) >= _MADE_FROM) - settled


_STRONG = {language: frozenset(listing.split()) | _made(language) for language, listing in STRONG.items()}
_NONE: frozenset[str] = frozenset()
_WEAK = {language: frozenset(listing.split()) for language, listing in WEAK.items()}
# English and Polish spelling is settled: only the romanised languages are compared by sound.
_PLAIN_SPELT = {_skeleton(word) for language in ("en", "pl") for word in _STRONG[language]}
_SKELETONS = {
    language: {_skeleton(word) for word in _STRONG[language] if len(word) >= _SKELETON_FROM} - _PLAIN_SPELT
    for language in ("ur", "bn")
}
_BY_EAR = frozenset().union(*(_STRONG[language] for language in SPELT_BY_EAR))
_BY_EAR_SKELETONS = frozenset().union(*_SKELETONS.values())
