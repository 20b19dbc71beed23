"""Short texts as people send them, each with the language a reader gives it and whether it may be trusted."""

from __future__ import annotations

# One text a line: the languages offered are en, pl, ur and bn. These must be known for sure.
SURE = {
    "en": """
        I need a food bank for my family
        how do i see a gp without papers
        where can i learn english near me
        my landlord will not fix the heating
        i cant pay my rent this month
        Can you help me with my gas bill please
        what do i say at reception
        my son is being bullied at school
        I have no money for food today
        is there a women only group near ip1
        do i have to pay for a hospital visit
        they told me to go back to my country
        pls help me i need a interpreter for doctor
        we are five people in one room
        i feel very alone since my wife died
        i dont know who to ask about this
        THE BUS DOES NOT COME TO OUR STREET
        My name is Łukasz and I need a doctor
        The mosque on আলী road gives food on friday
        i am a care worker and we do nights with no break
    """,
    "pl": """
        Gdzie jest najbliższy lekarz?
        Potrzebuję pomocy z jedzeniem dla dzieci
        Nie mam pieniędzy na czynsz
        Chcę zapisać się do lekarza, nie znam angielskiego
        Mój syn ma problemy w szkole
        Czy mogę dostać tłumacza w szpitalu
        Dzień dobry
        dzien dobry
        cześć
        czesc!
        nie mam pieniedzy na jedzenie
        gdzie jest bank zywnosci
        potrzebuje lekarza dla dziecka
        jak zapisac sie do lekarza bez adresu
        chce opowiedziec co mi sie stalo w pracy
        szef kaze nam pracowac w nocy bez przerwy
        prosze o pomoc w sprawie mieszkania
        nie rozumiem co do mnie pisza
        czy ktos mowi tu po polsku
        jestem w ciazy i nie mam polozne
        moj maz mnie bije
        ile kosztuje wizyta u dentysty
        co mam powiedziec w recepcji
        boje sie ze nas wyrzuca z mieszkania
        gdzie moge uczyc sie angielskiego
    """,
    "ur": """
        مجھے ڈاکٹر چاہیے
        میرے بچوں کے لیے کھانا چاہیے
        میں انگریزی نہیں بول سکتی
        کرایہ ادا نہیں کر سکتا
        مجھے کاغذات کے بغیر ڈاکٹر مل سکتا ہے؟
        قریب ترین فوڈ بینک کہاں ہے
        میرا شوہر مجھے مارتا ہے
        مدد چاہیے
        مجھے GP سے appointment چاہیے
        ہم پانچ لوگ ایک کمرے میں رہتے ہیں
        mujhe doctor chahiye
        mujhe khana chahiye bachon ke liye
        mere paas paise nahi hain
        main english nahi bol sakti
        mujhe GP appointment chahiye please
        food bank kahan hai
        kya mujhe hospital ka bill dena hoga
        mera landlord heating theek nahi kar raha
        mujhy madad chaheye
        hum 5 log ek kamre mein rehte hain
        ghar ka kiraya nahi de sakta
        mera shohar mujhe marta hai
        kya koi urdu bolta hai wahan
        bijli ka bill bohat zyada aya hai
        aap log kya karte hain
        meri ammi bimar hain unko doctor ki zaroorat hai
        mujhe samajh nahi aa raha kya karun
        reception par kya kehna hai mujhe batao
    """,
    "bn": """
        আমার ডাক্তার দরকার
        বাচ্চাদের জন্য খাবার লাগবে
        আমি ইংরেজি বলতে পারি না
        ভাড়া দিতে পারছি না
        কাছাকাছি ফুড ব্যাংক কোথায়?
        কাগজ ছাড়া কি ডাক্তার দেখাতে পারব
        সাহায্য
        আমার GP appointment দরকার
        আমার স্বামী আমাকে মারে
        আমরা এক ঘরে পাঁচজন থাকি
        amar doctor dorkar
        ami bari vara dite pari na
        amar baccha der jonno khabar lagbe
        ami english bolte pari na
        kothay food bank ache
        kagoj chara ki doctor dekhate parbo
        amar shami amake mare
        ami khub eka thaki
        GP te kivabe register korbo
        amar kache taka nai khabar kinte parchi na
        amra 5 jon ek room e thaki
        hospital e bangla bole emon keu ache
        bidduter bill onek beshi ashche ami ki korbo
        apnara ki sahajjo koren
        amar ma osustho oshudh lagbe
        ami bujhte parchi na ki korbo
        kemon achen
        reception e ki bolbo amake bolen
        amar cheler school e somossa hocche
    """,
}

# The language is what a reader would guess, but a text this short must not change anybody's language.
LIKELY = {
    "en": """
        doctor please
        food bank
        need help
        help us
    """,
    "pl": """
        lekarz
        pomocy
        głodny
        bank żywności
    """,
    "ur": """
        madad chahiye
        doctor chahiye
        shukriya
        مدد
    """,
    "bn": """
        sahajjo dorkar
        khabar lagbe
        dhonnobad
    """,
}

# Nothing here may be sure, whatever the guess.
NEVER_SURE = (
    "hi", "hello", "hey", "salam", "Salaam", "assalamu alaikum", "Assalam o alaikum",
    "As-salamu alaykum", "slm", "السلام علیکم", "سلام", "namaste", "ok", "OK thanks", "thank you", "no",
    "1", "yes", "Mohammed Ali", "Katarzyna Kowalska", "Łukasz", "Aisha", "GP", "Ipswich", "Nowak", "ma",
    "chai", "taka", "bari", "to", "main menu", "Necesito un médico para mi hijo",
    "Je cherche un médecin pour mon fils", "Waxaan u baahanahay dhakhtar",
    "am nevoie de un doctor pentru copil", "Bir doktora ihtiyacim var", "أحتاج إلى طبيب لابني",
    "من به دکتر نیاز دارم", "doctor aap", "Allah hafiz", "khuda hafiz", "inshallah", "Mashallah bhai",
)  # fmt: skip

# No word in any language that could be offered.
NOTHING = (
    "", "   ", "\n", "😀", "😭😭😭", "👍🏽", "❤️", "2", "২", "٢", "12345", "07700 900123", "+44 7700 900123",
    "IP1 1AA", "ip11aa", "E1 6AN", "M1 1AE!", "...", "???", "10:30", "£20", "https://www.nhs.uk/",
    "me@example.org", "{done}", "12/05/1980", "எனக்கு உதவி தேவை", "Мне нужен врач", "我需要医生",
    "እርዳታ እፈልጋለሁ",
)  # fmt: skip


def lines(table: dict[str, str]) -> list[tuple[str, str]]:
    """(language, text) of every line."""
    return [(code, text.strip()) for code, block in table.items() for text in block.strip().splitlines()]
