package release

import (
	"livinglab/shared/analysis"
	"livinglab/shared/locale"
	"livinglab/shared/stats"
)

// SectionText says what a section is about.
func SectionText(s analysis.Section) locale.Text { return sections[s] }

// StatisticText says what a figure is, with its unit.
func StatisticText(s analysis.Statistic) locale.Text { return statistics[s] }

// StatusText says why a figure is shown or not.
func StatusText(s Status) locale.Text { return statuses[s] }

// NoteText says what a note means: how a figure was computed, or why there is none.
func NoteText(note string) locale.Text { return notes[note] }

var sections = map[analysis.Section]locale.Text{
	flow:                    {JA: "人数(応募から各回のアンケートまで)", EN: "People, from applying to each survey"},
	analysis.Wave:           {JA: "各回の得点", EN: "Scores in one survey"},
	analysis.Change:         {JA: "同じ方の前後の変化", EN: "Change of the same people between two surveys"},
	analysis.Difference:     {JA: "変化の差(参加した方の変化から、比較の方の変化を引いたもの)", EN: "Difference in change: the participants' less the comparison group's"},
	analysis.Reliability:    {JA: "尺度の内的一貫性", EN: "Consistency of a scale"},
	analysis.Attrition:      {JA: "途中で回答がなくなった方", EN: "People lost between two surveys"},
	analysis.ReliableChange: {JA: "測定の誤差を超える変化のあった方", EN: "People who changed by more than the error of measurement"},
}

var statistics = map[analysis.Statistic]locale.Text{
	"registered":  {JA: "説明会に登録した人数", EN: "People who registered for a briefing"},
	"applied":     {JA: "応募した人数", EN: "People who applied"},
	"withdrew":    {JA: "応募を取り下げた人数", EN: "People who withdrew their application"},
	"agreed":      {JA: "研究への協力に同意した人数(後に取り消した方を含む)", EN: "People who agreed to the research, also if they left it later"},
	"offered":     {JA: "副業の案内を受けた人数", EN: "People who were offered a side job"},
	"accepted":    {JA: "副業を引き受けた人数", EN: "People who accepted one"},
	"started":     {JA: "副業を始めた人数", EN: "People who started one"},
	"ended_early": {JA: "副業を途中で終えた人数", EN: "People who ended it early"},
	"completed":   {JA: "副業を最後まで行った人数", EN: "People who completed it"},
	"people":      {JA: "グループの人数", EN: "People in the group"},
	"asked":       {JA: "アンケートの対象の人数", EN: "People whom the survey was for"},

	analysis.Mean:        {JA: "得点の平均(点)", EN: "Mean score (points)"},
	analysis.SD:          {JA: "得点の標準偏差(点)", EN: "Standard deviation of the scores (points)"},
	analysis.MeanFrom:    {JA: "前の平均(点)", EN: "Mean before (points)"},
	analysis.SDFrom:      {JA: "前の標準偏差(点)", EN: "Standard deviation before (points)"},
	analysis.MeanTo:      {JA: "後の平均(点)", EN: "Mean after (points)"},
	analysis.SDTo:        {JA: "後の標準偏差(点)", EN: "Standard deviation after (points)"},
	analysis.MeanChange:  {JA: "変化の平均(点、後から前を引いたもの)", EN: "Mean change (points, after less before)"},
	analysis.SDChange:    {JA: "変化の標準偏差(点)", EN: "Standard deviation of the change (points)"},
	analysis.CILow:       {JA: "95%信頼区間の下限(単位は推定値と同じ)", EN: "Lower limit of the 95% confidence interval (in the estimate's unit)"},
	analysis.CIHigh:      {JA: "95%信頼区間の上限(単位は推定値と同じ)", EN: "Upper limit of the 95% confidence interval (in the estimate's unit)"},
	analysis.T:           {JA: "t値(単位なし)", EN: "t (no unit)"},
	analysis.DF:          {JA: "自由度", EN: "Degrees of freedom"},
	analysis.P:           {JA: "t検定のp値(両側、0〜1)", EN: "p of the t test (two-sided, 0 to 1)"},
	analysis.PHolm:       {JA: "Holm法で調整したp値(0〜1)", EN: "p adjusted after Holm (0 to 1)"},
	analysis.Correlation: {JA: "前と後の相関係数(-1〜1)", EN: "Correlation of before and after (-1 to 1)"},

	analysis.DZ:        {JA: "効果量d_z(変化の標準偏差を1とする)", EN: "Effect size d_z (in standard deviations of the change)"},
	analysis.DZLow:     {JA: "d_zの95%信頼区間の下限", EN: "Lower limit of the 95% confidence interval of d_z"},
	analysis.DZHigh:    {JA: "d_zの95%信頼区間の上限", EN: "Upper limit of the 95% confidence interval of d_z"},
	analysis.DAv:       {JA: "効果量d_av(前後の標準偏差の二乗平均を1とする)", EN: "Effect size d_av (in root mean squares of the standard deviations before and after)"},
	analysis.DAvLow:    {JA: "d_avの95%信頼区間の下限", EN: "Lower limit of the 95% confidence interval of d_av"},
	analysis.DAvHigh:   {JA: "d_avの95%信頼区間の上限", EN: "Upper limit of the 95% confidence interval of d_av"},
	analysis.GAv:       {JA: "効果量g_av(d_avにHedgesの補正をしたもの)", EN: "Effect size g_av (d_av with Hedges' correction)"},
	analysis.GAvLow:    {JA: "g_avの95%信頼区間の下限", EN: "Lower limit of the 95% confidence interval of g_av"},
	analysis.GAvHigh:   {JA: "g_avの95%信頼区間の上限", EN: "Upper limit of the 95% confidence interval of g_av"},
	analysis.V:         {JA: "Wilcoxonの符号付き順位和V(上がった方の順位の和、単位なし)", EN: "Wilcoxon's V, the sum of the ranks of the rises (no unit)"},
	analysis.WilcoxonP: {JA: "Wilcoxonの符号付き順位検定のp値(両側、0〜1)", EN: "p of Wilcoxon's signed-rank test (two-sided, 0 to 1)"},
	analysis.RankBiser: {JA: "順位双列相関(-1〜1)", EN: "Rank-biserial correlation (-1 to 1)"},

	analysis.DID:           {JA: "変化の差(点)", EN: "Difference in change (points)"},
	analysis.DPPC2:         {JA: "標準化した変化の差d_ppc2(前の標準偏差を1とする)", EN: "Standardized difference in change d_ppc2 (in standard deviations before)"},
	analysis.BaselineG:     {JA: "前の得点の差g(標準偏差を1とする)", EN: "Difference before, g (in standard deviations)"},
	analysis.AncovaB:       {JA: "共分散分析による後の得点の差(点、前の得点をそろえたもの)", EN: "Difference after by ANCOVA, between people equal before (points)"},
	analysis.AncovaP:       {JA: "共分散分析のp値(両側、0〜1)", EN: "p of ANCOVA (two-sided, 0 to 1)"},
	analysis.AncovaLow:     {JA: "共分散分析の差の95%信頼区間の下限(点)", EN: "Lower limit of the 95% confidence interval of ANCOVA (points)"},
	analysis.AncovaHigh:    {JA: "共分散分析の差の95%信頼区間の上限(点)", EN: "Upper limit of the 95% confidence interval of ANCOVA (points)"},
	analysis.AncovaHC3Low:  {JA: "共分散分析の差の95%信頼区間の下限(点、不均一分散に頑健なHC3)", EN: "Lower limit of the 95% confidence interval of ANCOVA (points, by HC3, which allows unequal variances)"},
	analysis.AncovaHC3High: {JA: "共分散分析の差の95%信頼区間の上限(点、不均一分散に頑健なHC3)", EN: "Upper limit of the 95% confidence interval of ANCOVA (points, by HC3, which allows unequal variances)"},
	analysis.AncovaHC3P:    {JA: "共分散分析のp値(HC3による、両側、0〜1)", EN: "p of ANCOVA by HC3 (two-sided, 0 to 1)"},
	analysis.SlopesP:       {JA: "二つのグループの傾きが等しいかの検定のp値(両側、0〜1)", EN: "p of the two groups having one slope (two-sided, 0 to 1)"},

	analysis.Alpha: {JA: "Cronbachのα(1以下、単位なし)", EN: "Cronbach's alpha (up to 1, no unit)"},
	analysis.Omega: {JA: "McDonaldのω(1以下、単位なし)", EN: "McDonald's omega (up to 1, no unit)"},

	analysis.Answered:    {JA: "回答した人数(脱落の節では、前の回に回答した人数)", EN: "People who answered; of attrition, the survey before"},
	analysis.Lost:        {JA: "そのうち後の回に回答しなかった人数", EN: "Of them, people who did not answer the survey after"},
	analysis.Share:       {JA: "後の回に回答しなかった方の割合(0〜1)", EN: "Share that did not answer the survey after (0 to 1)"},
	analysis.FisherP:     {JA: "二つのグループの脱落の割合が等しいかのFisherの正確検定のp値(両側、0〜1)", EN: "p of both groups losing people alike, by Fisher's exact test (two-sided, 0 to 1)"},
	analysis.MeanStayers: {JA: "後の回にも回答した方の、前の回の平均(点)", EN: "Mean before of those who answered after (points)"},
	analysis.MeanLeavers: {JA: "後の回に回答しなかった方の、前の回の平均(点)", EN: "Mean before of those who did not (points)"},

	analysis.Increased:      {JA: "誤差を超えて得点が上がった人数", EN: "People whose score rose by more than the error"},
	analysis.Unchanged:      {JA: "誤差を超える変化のなかった人数", EN: "People without a change larger than the error"},
	analysis.Decreased:      {JA: "誤差を超えて得点が下がった人数", EN: "People whose score fell by more than the error"},
	analysis.SEM:            {JA: "測定の標準誤差(点)", EN: "Standard error of measurement (points)"},
	analysis.SDifference:    {JA: "二回の測定の差の標準誤差(点)", EN: "Standard error of the difference of two measurements (points)"},
	analysis.SmallestChange: {JA: "誤差を超えるとみなす最小の変化(点)", EN: "Smallest change that is larger than the error (points)"},
}

var statuses = map[Status]locale.Text{
	Shown:         {JA: "公開しています", EN: "Shown"},
	Held:          {JA: "前に公開した値のままです。その後に増減した方が少なく、新しい値を出すと個人の回答が分かるおそれがあります", EN: "As published before. Too few people have come or gone since for a new figure, which could give somebody's answers away"},
	TooFew:        {JA: "人数が少ないため、公開しません", EN: "Not shown: too few people"},
	Coarse:        {JA: "人数が少ないため、平均だけを公開します", EN: "Not shown: for so few people, only means are"},
	NotEnoughData: {JA: "比べるのに十分な人数がありません", EN: "Not enough data for a comparison"},
	Complement:    {JA: "この値だけで、またはほかの値と合わせると、個人の回答が分かるおそれがあるため、公開しません", EN: "Not shown: by itself or with the other figures it could give somebody's answers away"},
	Undefined:     {JA: "計算できません(理由は備考にあります)", EN: "Cannot be computed; the note says why"},
}

var notes = map[string]locale.Text{
	string(stats.Exact):              {JA: "正確な並べ替え分布によります", EN: "By the exact permutation distribution"},
	string(stats.Normal):             {JA: "正規近似によります(同順位と連続性を補正)", EN: "By the normal approximation, corrected for ties and continuity"},
	string(stats.Missing):            {JA: "計算する値がありません", EN: "There is nothing to compute it from"},
	string(stats.NoPeople):           {JA: "該当する方がいません", EN: "There are no such people"},
	string(stats.NoPairs):            {JA: "前後の両方に回答した方がいません", EN: "Nobody answered both before and after"},
	string(stats.TooFew):             {JA: "二人に満ちません", EN: "There are fewer than two people"},
	string(stats.TooFewOfTwo):        {JA: "四人に満ちません", EN: "There are fewer than four people"},
	string(stats.TooFewOfSlopes):     {JA: "五人に満ちません", EN: "There are fewer than five people"},
	string(stats.TooFewItems):        {JA: "項目が二つに満ちません", EN: "There are fewer than two items"},
	string(stats.TooFewDF):           {JA: "自由度が2に満ちません", EN: "There are fewer than two degrees of freedom"},
	string(stats.ZeroVariance):       {JA: "ばらつきがありません", EN: "There is no variance"},
	string(stats.ZeroTotalVariance):  {JA: "合計点にばらつきがありません", EN: "The totals have no variance"},
	string(stats.ZeroResidual):       {JA: "回帰の残差がありません", EN: "The regression leaves no residual"},
	string(stats.ConstantCovariate):  {JA: "グループの中で前の得点に違いがありません", EN: "Within the groups the scores before do not differ"},
	string(stats.AllZero):            {JA: "変化した方がいません", EN: "Nobody changed"},
	string(stats.ZeroChangeVariance): {JA: "変化にばらつきがありません", EN: "The changes have no variance"},
	string(stats.PerfectReliability): {JA: "信頼性が1で、誤差がありません", EN: "The reliability is 1, which leaves no error"},
	string(stats.Heywood):            {JA: "独自分散が負になりました(Heywoodケース)", EN: "A unique variance is negative (a Heywood case)"},
	string(stats.NotIdentified):      {JA: "モデルの解が一つに定まりません", EN: "The model has no single solution"},
	string(stats.NotConverged):       {JA: "計算が収束しませんでした", EN: "The computation did not converge"},
	string(stats.FullLeverage):       {JA: "一人だけで決まる推定値があります", EN: "One person alone decides a fitted value"},
	string(stats.OutOfRange):         {JA: "定義の範囲の外の値です", EN: "An input is outside what the definition allows"},
	string(stats.NotFinite):          {JA: "値が大きすぎて表せません", EN: "The value is too large to be held"},
}
