"""Everyday English words, those of sleep and activity among them, and words that only other languages have."""

_COMMON = """
caffeine cup final belongs lingers linger ends breakfast dinner meals tiny lovely helps wonderful keep
streak duration efficiency score scores debt climbing dropping rising falling increasing decreasing improving evenings
a about above across active activity actual actually add adds advice after again against ago ahead aim all almost
alone along already also although always am among amount an and another any anything apart are around as ask at
available average avoid away back band base based be because become been before begin beginning begins being below
best better between beyond big bigger bit block body both break breaks bright bring brings brought build built but by
call came can cannot care case cases catch chance change changed changes choose clear clearly clock close closer
coffee come comes coming common compare compared consider consistency consistent cost could count counts current
currently daily data day daylight days demanding did differ difference different dim do does doing done down drop
during each earlier early easier easily easy either else end ends energy enough estimate estimated even evening
evenings event ever every everything exact exactly exercise expect expected extra fact facts fairly fall falling falls
far fast feel few fewer find finding fine finish first fit fits five fixed focus follow following follows for found
four free fresh from full gap gave gentle get gets getting give given gives go goal goes going good got great guide
habit habits had half happen happens hard has have having head healthy heart held help helpful helps here high higher
highest hold holding hour hours how however if in index instead into is it its itself just keep keeping keeps kept
kind know known lack large last lasts late lately later latest least leave left length less let level lie lies light
lights like likely little long longer longest look looking looks low lower lowest made mainly make makes making many
matter matters may maybe mean means measure median meet middle midsleep might min minute minutes moment moments month
months more morning mornings most mostly move moved movement moves much must near nearly need needs neither never new
next nice night nights no none nor normal normally not note nothing notice now number numbers of off often on once one
ones only open or other others our out outdoors outside over overall own part past pattern peak people per perhaps
period person phase pick picture place plan point points pretty probably put quality quarter quickly quiet quietly
quite range rate rather reach reached read readiness readings really recent recently record recorded records regular
regularity reliable remain remains rest resting result results rhythm right rise rising room routine run same save say
score second see seem seems seen self series set sets settle shift shifts short shorter should show shows side sign
similar simple since six slept sleep sleeping slight slightly slow small so some something sometimes somewhat soon
spread stable stage stand standard start started starts state stay stays steadier steadily steadiest steady step steps
still stop strength strong such sum support sure swing take taken takes tasks tend tends than thanks that the their
them then there these they thing things think this those though three through time times timing to today together
tomorrow tonight too total toward towards track train training treat trend tried true try turn two type typical
typically under until up upon us use used useful using usual usually value variability varies vary very wake wakes
waking walk walking want warm was watch way we wear week weekend weekends weekly weeks well wellbeing went were what
when where whether which while whole why wide will wind window windows with within without woke work works worth would
yes yesterday yet you your yours yourself zone zones bed bedtime bedtimes asleep awake bpm ms hrv rmssd sdnn pulse
chronotype onset
"""
# No English sentence about health has these.
_FOREIGN = """
der das und ist nicht mit dein deine deinen deiner du dich dir ihr ihre ihren ein eine einen einer auf von zu zum zur
im bei gegen nach meist wenn aber auch sehr mehr schlaf schritte tag tage uhr nacht woche wird werden hast bist sind
wir vous votre vos nous est sont les des une dans avec sur pour pas que qui ou mais vers heures nuit jour jours en
moyenne le la au aux ce cette ces ton tes sa ses leur plus tu te il elle je ne se el los las un una unos unas con sin
por para muy tus su sus es son del al lo como pero cuando hacia noche horas dias media duermes sueles normalmente has
gli di che non per sono sei alle della dello degli nel nella tuo tua tuoi tue verso notte ore giorno giorni solito hai
uma um os ao aos nas nos seu sua seus suas voce sao dorme noite dia geralmente het een van niet met jij jouw voor naar
om bij op uit gemiddeld meestal slaapt dagen uur ook maar dan dat dit zijn och att det som ett inte med till av din
ditt dina sover vanligtvis natt dagar jag han hun og er ikke paa fra pr dag sov vanligvis oftest timer ze nie jest na
do po od o okolo zwykle zasypiasz budzisz wstajesz godzin noc nocy dni dzien kroki krokow robisz twoj twoja ve ke pri
vetsinou spite spis usinas obvykle hodin noci dne kroku bir bu ile icin genellikle saat gece gun gunde uyuyorsun
uyursun adim szia egy az hogy nem altalaban este orakor ora alszol si cu pe de obicei adormi on ja ei noin yleensa
nukut tuntia keskimaarin
"""
COMMON = frozenset(_COMMON.split())
# Some look English by chance: `on`, `en` and `son` do no harm, being only half of the reason to doubt.
FOREIGN = frozenset(_FOREIGN.split()) - COMMON
