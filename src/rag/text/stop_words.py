"""Stop words by language: articles, pronouns, prepositions, conjunctions, auxiliary verbs and question words.

The lists are our own and short. They leave out adverbs and verbs that policy texts need, such as `only` in German.
"""

from __future__ import annotations

WORDS = {
    "en": """
    a about after again all also am an and any are as at be because been before being between both but by can could did
    didn do does doesn doing don done down during each eg either else etc for from further had hadn has hasn have haven
    having he hence her here hers herself him himself his how i ie if in into is isn it its itself just ll me might more
    most must my myself nor not of off on once only or other ought our ours ourselves out over own re s same shall she
    should shouldn so some such t than that the their theirs them themselves then there thereby these they this those
    though through thus to too under until up upon ve very was wasn we were weren what whatever when where whereas
    whether which while who whom whose why will with within without would wouldn yet you your yours yourself""",
    "ar": """
    من في على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم هن نحن أنا أنت ما ماذا متى أين كيف كم لماذا هل أي
    أو و ف ثم لا لم لن ليس أن ان إن قد كان كانت يكون تكون كل بعد قبل بين عند حتى إذا اذا لكن غير""",
    "ca": """
    a al als amb aquest aquesta aquests aquestes això aquell allò com d de del dels des durant el els em en ens entre
    era es és està estan fins ha han hi ho i jo l la les li lo més me meu molt n no nosaltres o on per perquè però pel
    pels qual quals quan quant quanta quants quantes que què qui s sa se seu seva ser seus si sense sobre són també té
    tot tots un una uns unes us va van y""",
    "cs": """
    a aby ale ani asi až bez by být bude budou byl byla bylo byly co či do ho i já jak jaká jaké jaký jako je jeho její
    jejich jen jest jestli ještě ji jsem jsme jsou k kam kde kdo kdy když ke která které který kolik má mezi mi mít mu
    na nad nebo něco ní o od on ona ono oni po pod pokud pro proč proto před při s se si svůj ta tak také tato té ten
    tento ti to toho tom tu ty u v ve vy z za ze že""",
    "da": """
    ad af alle at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter eller en end er
    et for fra ham han hans har havde have hende hendes her hun hvad hvem hvilke hvilken hvilket hvis hvor hvordan
    hvorfor hvornår i ikke ind jeg jer jeres kan man med meget men mig min mod når og også om op os over på sig sin skal
    skulle som til ud under var ved vi vil ville vor være været""",
    "de": """
    ab aber als also am an andere anderen auch auf aus bei beim bin bis da dabei dadurch dafür damit dann daran darauf
    darf das dass dein dem den denen denn der deren derer des dessen deshalb dich die dies diese diesem diesen dieser
    dieses dir dort du durch dürfen ein eine einem einen einer eines er es etwa etwas euch euer für gegen gewesen hab
    habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in ins ist ja jede
    jedem jeden jeder jedes jene jenem jenen jener jenes kann kein keine keinem keinen keiner keines können könnte man
    mein mich mir mit muss müssen nach nicht noch nun ob oder ohne sehr sein seine seinem seinen seiner seines seit sich
    sie sind so solche solchem solchen solcher sollen soll sollte sondern sowie über um und uns unser unsere unter viel
    viele vielen vieler vom von vor wann war waren warum was weil welche welchem welchen welcher welches wem wen wenn
    wer werden werde wessen wie wieso wieviel will wir wird wo wobei wodurch wofür wohin womit woran worin wurde wurden
    würde zu zum zur zwischen""",
    "el": """
    ο η το οι τα του της των τον την τους τις στο στη στην στον στους στις στα σε από για με χωρίς και κι ή αλλά όμως αν
    να θα δεν μη μην που ποιος ποια ποιο ποιοι ποιες ποιον πού πώς πως πότε γιατί πόσο πόση πόσος πόσοι πόσες πόσα τι
    είναι ήταν έχει έχουν είχε ένα ένας μια μία αυτό αυτός αυτή αυτά αυτοί αυτές εκείνο ως όπως όταν ότι κατά μετά πριν
    προς όλα όλοι κάθε μου σου μας σας""",
    "eo": """
    al ankaŭ apud aŭ ĉar ĉe ĉi ĉiu ĉiuj ĉu da de dum el en es estas estis estos ĝi ĝia ĝis havas ili ilia ja jam je kaj
    ke kia kiam kial kie kiel kies kio kiom kiu kiuj kun la laŭ li lia mi mia ne nek ni nia ol oni per por post povas
    pri pro se sed sen si sia sub super sur ŝi tia tiam tie tiel tio tiu tiuj trans tro unu vi via""",
    "es": """
    a al algo ante antes aquel aquella aquellas aquello aquellos aun como con contra cuál cuales cuáles cual cuando
    cuándo cuanta cuánta cuántas cuánto cuánto cuántos cuyo cuya de del desde donde dónde durante e el él ella ellas
    ello ellos en entre era eran es esa esas ese eso esos esta está estaba están estar estas este esto estos fue fueron
    ha haber había hace han hasta hay la las le les lo los más me mi mis muy ni no nos nosotros o os otra otras otro
    otros para pero por porque que qué quien quién quienes quiénes se sea según ser si sido sin sobre son su sus suya
    suyo también tan te tiene tienen todo todos tu tus u un una unas uno unos y ya yo""",
    "et": """
    aga ei ega et ette ja jah ju juba kas ka kes kelle keda kui kuidas kuna kus kuhu kust ku ma me meie miks mida mille
    millal milline millise mis mitu nad need neid nii nende ning no oli olid olema olla on ole oma on see sel selle seda
    siis sa ta tema te teie too või välja üle""",
    "eu": """
    al ala arte bai baina bait bat bere beren berak da dago dela den dira direla dituzte ditu du dut dute edo egin egon
    ere eta ez gabe gara hau hauek hori horiek hura izan izango nahi ni nire noiz nola non nor nork noren norentzat zein
    zeintzuk zen zer zergatik zenbat zenbait zuen zituen ziren zuten""",
    "fa": """
    از در به با برای تا که این آن را و یا اما اگر چه چی چرا چگونه چطور کجا کی چند چقدر آیا کدام است هست بود شد شود شده
    می نمی خود هر همه هم نیز بر بین پس پیش باشد باید ما شما او آنها ایشان من تو یک دو""",
    "fi": """
    ei eivät että hän hänen he heidän ja jo joka jos jossa jota joiden joita jotka kanssa keitä ketkä ketä koska kuin
    kuinka kuka kun kenen me meidän mikä mikäli miksi millä millainen milloin minkä minä missä mistä mitä mitkä mihin
    miten mutta myös ne niiden niin nuo nämä näiden oli olivat olla on ole ovat paljonko se sekä sen siitä sinä sitä
    sillä siis tai tämä tämän te tuo tässä vaan vai vain voi voiko voivat""",
    "fr": """
    a à ai au aucun aucune aura auront aux avait avant avec avez avoir avons c ce ceci cela celle celles celui ces cet
    cette ceux chaque chez ci comme comment combien d dans de depuis des dès dont du elle elles en entre es est et était
    étaient été être eu eux fait font fut il ils j je jusqu jusque l la là laquelle le lequel les lesquelles lesquels
    leur leurs lors lorsque lui m ma mais me même mes moi mon n ne ni nos notre nous on ont ou où par parce pas pendant
    peut peuvent plus pour pourquoi puis qu quand quant que quel quelle quelles quels qui quoi s sa sans se selon sera
    seront ses si soit son sont sous sur t ta te tel telle telles tels tes toi ton tous tout toute toutes tu un une vers
    vos votre vous y""",
    "ga": """
    a ach ag agus an ann ar arb as atá ba bhí bhfuil cad cá cé céard cén chuig conas cathain dá de den do don é faoi fad
    go gur i iad iad in is le leis mar má mé mo na nach ná ní níl nó nuair ó os roimh sa san sé seo sí sibh sin siad
    sinn tá tar thar tú um""",
    "hi": """
    का के की को से में पर और या है हैं था थे थी हो होता होती होते होगा यह ये वह वे इस उस इन उन जो कि तो भी ही ने तक लिए
    एक क्या कब कहाँ कहां कैसे क्यों कौन किस किसे कितना कितनी कितने अपना अपनी अपने नहीं न कर करना किया गया जा साथ बाद
    पहले हम आप मैं""",
    "hu": """
    a az egy és s is ha hogy nem ne de vagy mint már csak még meg be el ki le fel ez ezt azt ezek azok ennek annak ami
    amely amelyek aki akik ahol amikor mi mit mik milyen miért mikor mennyi mennyibe hány hol hová honnan hogyan kit
    kinek melyik melyek van vannak volt voltak lesz lett lehet kell én te ő mi ti ők alatt által szerint után előtt
    között felett""",
    "hy": """
    այդ այլ այն այս դու դուք եմ են ենք ես եք է էի էին էր ըստ թե ի ին իսկ իր կամ համար հետ մեջ մենք մի նա նաև նրա նրանք
    որ որը որոնք որպես ու ում պիտի վրա և եւ ինչ ինչպես ինչու երբ որտեղ ով որքան քանի արդյոք չի չեն""",
    "id": """
    ada adalah agar akan antara apa apakah atas atau bagaimana bagi bahwa beberapa berapa bila bisa boleh dalam dan
    dapat dari dengan di dia haruskah hingga ia ini itu jika juga kami kamu kapan karena ke kepada kita lain maka mana
    mengapa mereka oleh pada para saat saya sebagai sebuah secara sejak seperti serta setelah siapa suatu sudah supaya
    telah tentang tetapi tidak untuk yaitu yang""",
    "it": """
    a ad agli ai al alla alle allo anche avere aveva c che chi ci ciò col come con contro cosa così cui d da dagli dai
    dal dall dalla dalle dallo degli dei del dell della delle dello di dopo dov dove e è ed egli ella era erano essa
    esse essere essi esso fino fra gli ha hai hanno ho i il in io l la le lei li lo loro lui ma mentre mi mia mie miei
    mio ne nè né negli nei nel nell nella nelle nello noi non nostra nostre nostri nostro o od ogni per perché però più
    poi prima può possono qual quale quali quando quant quanta quante quanti quanto quegli quei quel quell quella quelle
    quelli quello quest questa queste questi questo qui quindi s sarà saranno se sé secondo sei senza si sia siamo siano
    siete sono sta stata state stati stato su sua sue sugli sui sul sull sulla sulle sullo suo suoi tra tu tua tue tuo
    tuoi tutte tutti tutto un una uno v vi voi vostra vostro""",
    "lt": """
    aš ar arba aukščiau bei bet bus būti buvo dar dėl iki ir iš į ja jai jam jau jei jeigu ji jie jis jo jos jų ka ką
    kad kada kai kaip kam kas kiek kiti ko kodėl kokia kokie koks kol kur kurie kuri kuriame kurios kuris kurį mes mūsų
    na nes net nei nėra nors nuo o pagal per po prie prieš pas su ta tai tame tie toks tos tuo tur už yra""",
    "ne": """
    र को का की मा ले लाई बाट देखि सम्म छ छन् छैन हो होइन थियो थिए हुन् हुने हुन्छ भने भनेर यो त्यो यी ती यस त्यस जो जुन
    कि पनि नै त एक के कहिले कहाँ कसरी किन को कसले कसलाई कति कुन वा तर गर्न गर्ने गरी साथ पछि अघि लागि""",
    "nl": """
    aan al als alle alleen ander andere bij binnen daar daarom dan dat de deze die dit door doet doen dus een en er geen
    had hadden heb hebben heeft hem hen het hier hij hoe hoeveel hun iemand iets ik in indien is ja je jij jou jouw kan
    kon kunnen maar me meer men met mij mijn moet moeten mag mogen na naar niet niets nog nu of om omdat ons onze ook op
    over reeds te tegen toch toen tot tussen u uit uw van vanaf vanuit veel volgens voor waar waarom waarin waarmee
    wanneer was wat we wel welk welke werd werden wie wiens wij wil word worden wordt zal ze zelf zich zij zijn zo zoals
    zonder zou zouden zullen""",
    "no": """
    alle at av ble blei bli blir da de deg dei dem den denne der deres det dette di din disse du eg ein eit eller en er
    et etter for fordi fra frå før ha hadde han hans har hennes her hjå ho hun hva hvem hver hvilke hvilken hvis hvor
    hvordan hvorfor i ikke ikkje inn ja jeg kan korleis kva kven kvar man med meg men mer mi min mot må når ned nei noe
    noen nå og også om opp oss over på seg selv si sin sitt skal skulle slik som så til ut under var ved vi vil ville
    være vært å""",
    "pl": """
    a aby albo ale ani bez będą będzie bo by być był była było były co czy czyj dla do dlaczego gdy gdzie go i ich ile
    im ja jak jaka jaki jakie jako je jego jej jest jestem jeśli jeżeli już kiedy kogo komu kto która które którego
    której których którym który którzy lub ma mają mi mnie może na nad nam nas nie nich nim niż o od on ona one oni oraz
    po pod przed przez przy się są ta tak także tam te tego tej ten to tu ty tych tym u w we wy z za ze że""",
    "pt": """
    a à ante ao aos após aquela aquelas aquele aqueles aquilo as às até com como contra cuja cujo da das de dela dele
    deles depois desde do dos durante e é ela elas ele eles em entre era eram essa essas esse esses está estão estar
    esta estas este estes eu foi foram há isso isto já lhe lhes mais mas me mesmo meu minha muito na não nas nem no nos
    nós nossa nosso num numa o onde os ou para pela pelas pelo pelos pode podem por porque porquê qual quais quando
    quanta quantas quanto quantos que quê quem são se segundo seja sem ser será seu seus sob sobre sua suas também te
    tem têm ter toda todas todo todos tu tua um uma umas uns você vocês""",
    "ro": """
    a acea aceasta această aceste acest acestea acestei acestor acestui ai al ale alt alta altă am ar are as astfel
    asupra au avea aș ca care cărei căror cărui când cât câtă câte câți ce cei cel cele celor cine cu cui cum da dacă
    dar de decât deci deși din dintre după e ea ei el ele este eu fi fie fiecare fost în între îi îl își la le li lor
    lui mai ne nici nu o ori pe pentru până prin s sa să sau se si și sunt sub sus te tot toate toți un una unde unei
    unor unui va vor vă""",
    "ru": """
    а без более бы был была были было быть в вам вас ваш во вот все всё вы где да для до его ее её если есть еще ещё же
    за зачем и из или им ими их к как какая какие каким каких какова каков каково каковы какое какой какую кем ко когда
    кого кому кто куда ли либо между меня мне мы на над нам нас наш не него нее неё ни них но о об он она они оно от
    откуда по под при с свой себя со сколько также так такая такие такое такой там те тем то того тоже той только том
    тот ту ты у уже чего чей чем через что чтобы эта эти это этого этой этом этот эту я""",
    "sr": """
    a ako ali bez bi bih bila bili bilo bio biti da do dok ga gde gdje i ih ili im iz iza ja je jer jesu joj još ju kad
    kada kako kao ko koga koja koje kojeg kojem koji kojih kojim koju koliko kod kuda li me mi mu na nad nakon ne neka
    nego ni nije njega njegov njen o od on ona oni ono po pod pored pre pri radi s sa se sam smo ste su sva sve svi šta
    što ta taj tako te ti to toga tom tu u uz vi za zar zašto će а ако али без би био била било бити да до док га где и
    их или им из ја је јер још кад када како као ко која које који којих којим колико код ли ме ми на над након не него
    ни није о од он она они оно по под пре при с са се смо сте су све сви та тај тако те то у уз за зашто шта што ће""",
    "st": """
    ba bo bona e ea eo ena ga ha haeba ho hona hore hobane ka kae kang kapa ke kgotsa la le leo lo mang mo na ne neng
    ntle o oo re sa se seo ya yona tsa tseo wa empa joang jwang""",
    "sv": """
    alla allt att av blev bli blir blivit dem den denna deras dess dessa det detta dig din du där då efter ej eller en
    er ett från för ha hade han hans har hennes hon honom hur här i icke ingen inom inte jag kan kunde man med mellan
    men mig min mot mycket nu når när någon något några och om oss på samma sedan sig sin sina sitt ska skall skulle som
    så till under upp ut utan vad var vara varför varit varje vars vart vem vems vi vid vilka vilken vilket vill än är
    åt över""",
    "ta": """
    ஒரு என்று மற்றும் இந்த இது என்ற கொண்டு என்பது பல ஆகும் அல்லது அவர் நான் உள்ள அந்த இவர் என முதல் என்ன இருந்து சில என்
    போன்ற வேண்டும் வந்து இதன் அது அவன் தான் பின்னர் கொண்ட எப்போது எங்கே எப்படி ஏன் யார் எவ்வளவு எது எந்த""",
    "tr": """
    acaba ama ancak bana bazı ben beni benim bir biri birkaç biz bize bu bunlar bunu bunun çok çünkü da daha de değil
    diye dolayı en eğer gibi hangi hangisi hem her hiç için ile ise kaç kadar ki kim kime kimin mi mı mu mü nasıl ne
    neden nedir nerede nereye niçin niye o olan olarak olduğu olur on ona onlar onu onun sen siz şey şu tüm var ve veya
    ya yani zaman""",
    "yi": """
    און אויף אין איז א אַ אן אַן די דער דאָס דעם דאס פון פֿון מיט פאר פֿאַר צו צי ווי וואס וואָס ווער ווען וואו וווּ
    פארוואס פאַרוואָס וויפל וויפֿל איך דו ער זי עס מיר איר זיי זיין האט האָט האבן האָבן ניט נישט אבער אָבער אדער אָדער""",
}

QUESTION_PHRASES = {
    "ca": "quant temps",
    "da": "hvor (?:længe|mange|meget|ofte|stor|høj)",
    "de": r"wie (?:hoch|groß|lange?|oft|viele?n?)|(?:nenne|nennen sie|liste|zähle|zählen sie|gib|geben sie|zeige?|"
    r"zeigen sie)(?: mir)?(?= (?:alle|sämtliche|die)\b)|(?:vergleiche?|vergleichen sie)(?= (?:die|den|das)\b)",
    "en": "how (?:much|many)|(?:list|enumerate|name)(?= (?:all|every|each|the))|(?:show|give|tell) me|today",
    "es": r"cu[aá]nto tiempo|(?:enumer[ae]|cit[ae]|indi(?:ca|que)|nombr[ae]|d[ií]game|dime|muestra|"
    r"muéstrame|compar[ae])"
    r"(?= (?:tod[oa]s|el|la|l[oa]s)\b)",
    "fr": r"combien de (?:temps|fois)|(?:cite[rz]?|énumère[rz]?|énumérez|liste[rz]?|donne[rz]?(?:-moi)?|indique[rz]?|"
    r"compare[rz]?)(?= (?:tous|toutes|les?|la)\b)",
    "it": r"quanto tempo|(?:che )?cos['’](?:è|e['’])|che cosa|(?:elenc[ai]|elencare|cit[ai]|indic(?:a|hi)|dammi|"
    r"mostra(?:mi)?|"
    r"confront[ai])(?= (?:tutt[ie]|il?|l[ae]|gli)\b)",
    "nl": r"hoe (?:hoog|groot|lang|vaak|veel)|(?:noem|geef|som|toon)(?: mij)?(?= (?:alle|de|het)\b)|"
    r"vergelijk(?= (?:de|het)\b)",
    "no": "hvor (?:lenge|mange|mye|ofte|stor|høy)",
    "pl": "jak (?:długo|często|wysoki|wysoka|wysokie|duże?)",
    "pt": r"quanto tempo|(?:enumer[ae]|cit[ae]|indi(?:ca|que)|diga|dê-me|mostr[ae]|compar[ae])"
    r"(?= (?:tod[oa]s|[oa]s?)\b)",
    "ru": r"как (?:долго|часто)|перечисли(?:те)?|назови(?:те)?(?= вс)|сравни(?:те)?",
    "sv": "hur (?:länge|många|mycket|ofta|stor|hög)",
}
"""Patterns of the phrases that a question asks with. Their words would be terms elsewhere: `hoch`, `tiempo`."""

ACCENTS_OMITTED = frozenset({"ca", "es", "fr", "it", "pt", "ro"})
"""Languages whose stop words are often typed without accents."""
